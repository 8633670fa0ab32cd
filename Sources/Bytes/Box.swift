/// One value on the heap, in one owner's hands: for what is large and seldom there.
@safe
@frozen
public struct Box<Value: ~Copyable>: ~Copyable {
    // INVARIANT: `pointer` points to one initialised value that this box alone owns.
    @usableFromInline let pointer: UnsafeMutablePointer<Value>

    /// Moves `value` to the heap.
    @inlinable
    public init(_ value: consuming Value) {
        // SAFETY: one value's memory is allocated, and initialised before anything can read it.
        unsafe pointer = .allocate(capacity: 1)
        unsafe pointer.initialize(to: value)
    }

    /// Moves the value out of the heap. O(1).
    @inlinable
    public consuming func unwrap() -> Value {
        // SAFETY: initialised (invariant), and nobody uses the memory any more: self ends here, without its deinit.
        let value = unsafe pointer.move()
        unsafe pointer.deallocate()
        discard self
        return value
    }

    deinit {
        // SAFETY: initialised (invariant), and nobody else gives the memory back.
        unsafe pointer.deinitialize(count: 1)
        unsafe pointer.deallocate()
    }

    /// The value, in place. O(1).
    @inlinable
    public var value: Value {
        unsafeAddress {
            // SAFETY: initialised (invariant), and borrowed as long as self is.
            return unsafe UnsafePointer(pointer)
        }
        unsafeMutableAddress {
            // SAFETY: initialised (invariant), and exclusive while self is mutated.
            return unsafe pointer
        }
    }
}

// SAFETY: a box owns its value alone; sending the box sends it.
extension Box: @unchecked Sendable where Value: Sendable & ~Copyable {}
