import Glibc
import Synchronization

/// Turns Ctrl-C and a request to end into an error at the next check, so that every owner on the way cleans up.
enum Interruption {
    private static let asked = Atomic<Bool>(false)

    /// Takes over the signals. System calls that wait are cut short by them.
    static func watch() {
        // The first use makes the flag, which must not happen in a signal handler.
        asked.store(false, ordering: .relaxed)
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            // SAFETY: the handler only stores to an atomic, which a signal handler may.
            unsafe action.__sigaction_handler.sa_handler = { _ in Interruption.asked.store(true, ordering: .relaxed) }
            unsafe sigaction(signal, &action, nil)
        }
    }

    /// - Throws: `BenchError.interrupted` once a signal has come.
    static func check() throws(BenchError) {
        if asked.load(ordering: .relaxed) { throw .interrupted }
    }
}
