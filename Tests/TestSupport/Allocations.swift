public import CAllocationCounter

/// How many blocks of heap memory `body` asks for on the calling thread, and what it returns.
///
/// What the runtime makes once and keeps (metadata, a `static let`, a warm buffer) is counted where it happens first:
/// call `body` once before, when the steady state is what matters. Other threads' allocations are not seen.
@inlinable
public func allocations<Result, Failure: Error>(
    in body: () throws(Failure) -> Result
) throws(Failure) -> (count: Int, result: Result) {
    let before = ringfort_thread_allocations()
    let result = try body()
    return (Int(ringfort_thread_allocations() - before), result)
}

/// Whether this build counts allocations. One with a sanitizer does not: the heap is the sanitizer's then.
public var allocationsAreCounted: Bool { ringfort_allocations_are_counted() }

/// Whether this build allocates what the product does, so that a test may demand a count of zero:
/// `.enabled(if: allocationsAreGated)`.
///
/// Only a release build does; without the optimiser, closures and generics allocate what nobody wrote.
public var allocationsAreGated: Bool {
    #if DEBUG
    false
    #else
    allocationsAreCounted
    #endif
}
