import Glibc
import Synchronization
import Testing

@testable import Reactor

@Suite("A thread of the system's")
struct NativeThreadTests {
    @Test("takes no signals, and leaves those of the thread that starts it as they were")
    func signals() throws {
        let before = isBlocked(SIGTERM)
        let blocked = Atomic(0)
        let thread = try NativeThread {
            for signal in [SIGTERM, SIGINT, SIGUSR1] where isBlocked(signal) {
                blocked.wrappingAdd(1, ordering: .relaxed)
            }
        }
        thread.join()
        #expect(blocked.load(ordering: .relaxed) == 3)
        #expect(isBlocked(SIGTERM) == before)
    }
}

/// Whether the calling thread takes no such signal.
private func isBlocked(_ signal: Int32) -> Bool {
    var set = sigset_t()
    // SAFETY: the set is a local that the first call fills in.
    unsafe pthread_sigmask(SIG_BLOCK, nil, &set)
    return unsafe sigismember(&set, signal) == 1
}
