internal import Glibc
internal import Synchronization

/// A thread of the system's, for loops that run as long as the process does.
package final class NativeThread: Sendable {
    private let handle: Mutex<pthread_t?>

    /// What the new thread runs, handed over as one object.
    private final class Start: Sendable {
        let niceness: Int32
        let body: @Sendable () -> Void

        init(_ niceness: Int32, _ body: @escaping @Sendable () -> Void) {
            self.niceness = niceness
            self.body = body
        }

        func run() {
            // Zero is the calling thread. To give way is always allowed.
            if niceness > 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
            body()
        }
    }

    /// Starts a thread that runs `body` and ends. No signal is handled on it: they are the process's main thread's, or
    /// would end the process where that one only waits for them.
    ///
    /// - Parameter niceness: by how much it gives way to other threads, 0 to 19 (setpriority(2)).
    /// - Throws: `ReactorError.failed` when the system has no further thread.
    package init(niceness: Int32 = 0, _ body: @escaping @Sendable () -> Void) throws(ReactorError) {
        var created = pthread_t()
        // SAFETY: the retained object is taken over, once, by the new thread; if there is none, it is taken back here.
        let argument = unsafe Unmanaged.passRetained(Start(niceness, body))
        var (all, before) = (sigset_t(), sigset_t())
        // SAFETY: both sets are locals. A new thread inherits the mask of the one that makes it.
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        let error = unsafe pthread_create(
            &created, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard error == 0 else {
            unsafe argument.release()
            throw .failed(operation: "pthread_create", errno: error)
        }
        handle = Mutex(created)
    }

    /// Waits until it has ended. A second call returns at once.
    package func join() {
        guard let handle = take() else { return }
        pthread_join(handle, nil)
    }

    /// Lets it end by itself, unwatched. Joining it afterwards returns at once.
    package func detach() {
        guard let handle = take() else { return }
        pthread_detach(handle)
    }

    /// A thread may be joined or detached once: the handle is taken out under a lock.
    private func take() -> pthread_t? { handle.withLock { $0.take() } }
}
