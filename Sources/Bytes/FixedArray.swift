/// A fixed number of elements on the heap, made at once: what slabs and tables are built on.
///
/// Unlike an `Array` it is never copied, counted or grown, and its elements may be noncopyable.
@safe
public struct FixedArray<Element: ~Copyable>: ~Copyable {
    // INVARIANT: `base` points to `count` initialised elements that this value alone owns.
    @usableFromInline let base: UnsafeMutablePointer<Element>
    /// How many elements there are.
    public let count: Int

    /// `count` elements, each made by `element` from its index. Throws what `element` throws. O(n).
    @inlinable
    public init<Failure: Error>(count: Int, _ element: (Int) throws(Failure) -> Element) throws(Failure) {
        precondition(count >= 0, "negative count")
        // SAFETY: exactly `count` slots are allocated, and each is initialised before anything can read it; where one
        // can't be made, those before it are given back, and the memory with them.
        let base = UnsafeMutablePointer<Element>.allocate(capacity: count)
        for index in 0..<count {
            do throws(Failure) {
                unsafe (base + index).initialize(to: try element(index))
            } catch {
                unsafe base.deinitialize(count: index)
                unsafe base.deallocate()
                throw error
            }
        }
        unsafe self.base = base
        self.count = count
    }

    deinit {
        // SAFETY: all elements are initialised (invariant), and nobody else gives the memory back.
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    /// The address of the element at `index`, for the kernel or for the accessors of a type that is built on an array;
    /// it holds as long as the array lives. An index out of range traps. O(1).
    @unsafe
    @inlinable
    public func address(of index: Int) -> UnsafeMutablePointer<Element> {
        precondition(index >= 0 && index < count, "index out of range")
        return unsafe base + index
    }

    /// The elements, to be read as long as the array is borrowed.
    @inlinable
    public var span: Span<Element> {
        @_lifetime(borrow self)
        get {
            // SAFETY: all `count` elements are initialised (invariant), and live as long as self is borrowed.
            let span = unsafe Span(_unsafeStart: base, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The element at `index`, in place; an index out of range traps. O(1).
    @inlinable
    public subscript(index: Int) -> Element {
        unsafeAddress {
            precondition(index >= 0 && index < count, "index out of range")
            // SAFETY: in range by the precondition, and initialised (invariant).
            return unsafe UnsafePointer(base + index)
        }
        unsafeMutableAddress {
            precondition(index >= 0 && index < count, "index out of range")
            // SAFETY: in range by the precondition, initialised, and exclusive while self is mutated.
            return unsafe base + index
        }
    }
}

// SAFETY: a value owns its elements alone; sending the value sends them.
extension FixedArray: @unchecked Sendable where Element: Sendable & ~Copyable {}
