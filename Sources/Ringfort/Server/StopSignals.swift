import CLinux
import Glibc
import Reactor

/// SIGTERM, SIGINT and SIGHUP, taken from the whole process and given to one thread that waits for them.
struct StopSignals {
    private var set = sigset_t()

    /// Blocks the signals in the calling thread and in all that it starts from now on.
    init() {
        // SAFETY: the set is initialised by the first call, and only read by the last.
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGHUP)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Starts a thread that drains the server at the first signal to end and stops it at the second; SIGHUP reloads its
    /// certificates. The thread ends with the process.
    func forward(to server: RunningServer) throws(ReactorError) {
        let set = set
        let thread = try NativeThread {
            Self.waitForEnd(set, server)
            server.drain()
            Self.waitForEnd(set, server)
            server.stop()
        }
        thread.detach()
    }

    private static func waitForEnd(_ set: sigset_t, _ server: RunningServer) {
        var set = set
        var signal: Int32 = 0
        while true {
            // SAFETY: both are locals; sigwait returns when one of the set's signals has been taken.
            unsafe sigwait(&set, &signal)
            guard signal == SIGHUP else { return }
            server.reloadCertificates()
        }
    }
}
