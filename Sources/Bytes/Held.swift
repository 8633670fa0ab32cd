/// An object that is held once, and used without being counted.
///
/// A reference that is read from memory which may change meanwhile is counted for as long as it is used. Where threads share
/// the object, each use would write to its count, and so to a cache line that all of them need.
@safe
public struct Held<Object: AnyObject>: ~Copyable {
    @usableFromInline let object: Object
    // INVARIANT: `object`, which self holds.
    @usableFromInline let uncounted: Unmanaged<Object>

    /// Holds `object` until this value ends.
    public init(_ object: Object) {
        self.object = object
        // SAFETY: self holds it from the line above on, and no copy of the reference leaves self.
        unsafe uncounted = .passUnretained(object)
    }

    /// Calls `body` with the object, which must not be kept.
    @inlinable
    @inline(__always)
    public func use<Result>(_ body: (Object) -> Result) -> Result {
        // SAFETY: self, which is borrowed here, holds the object (invariant).
        unsafe uncounted._withUnsafeGuaranteedRef(body)
    }
}

// SAFETY: what is sent is the object, and that may be.
extension Held: @unchecked Sendable where Object: Sendable {}
