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

    /// Starts a thread that drains the server at the first signal to stop and stops it at the second, and has it reload
    /// at SIGHUP. It ends with the first signal that comes when the server has gone, which it leaves to others.
    func forward(to server: RunningServer) throws(ReactorError) {
        let set = set
        let thread = try NativeThread { [weak server] in
            var stops = 0
            while stops < 2 {
                let signal = Self.wait(set)
                guard let server else {
                    kill(getpid(), signal)
                    return
                }
                guard signal != SIGHUP else {
                    // What is wrong with the files, the log says: nobody else is there to be told.
                    do throws(ReloadError) { _ = try server.reload() } catch {}
                    continue
                }
                stops += 1
                if stops == 1 { server.drain() } else { server.stop() }
            }
        }
        thread.detach()
    }

    private static func wait(_ set: sigset_t) -> Int32 {
        var set = set
        var signal: Int32 = 0
        // SAFETY: both are locals; sigwait returns when one of the set's signals has been taken.
        unsafe sigwait(&set, &signal)
        return signal
    }
}
