import Glibc

/// A value behind a lock of the C library, whose taking ThreadSanitizer sees: for tests in which threads contend. That of
/// Synchronization is taken where the sanitizer doesn't look, and looks like a race.
@safe
public final class SeenMutex<Value>: @unchecked Sendable {
    // INVARIANT: `lock` points to one lock that this object alone owns; `value` is reached with it only, so that the object may
    // be shared.
    private var value: Value
    private let lock: UnsafeMutablePointer<pthread_mutex_t>

    /// Takes the value, which nobody else may reach any more.
    public init(_ value: sending Value) {
        self.value = value
        // SAFETY: one lock's memory, initialised before anybody can take it.
        unsafe lock = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
    }

    deinit {
        // SAFETY: nobody has the object any more, nor the lock (invariant).
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }

    /// Calls `body` with the value, alone.
    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: the lock lives as long as self (invariant).
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return try body(&value)
    }
}
