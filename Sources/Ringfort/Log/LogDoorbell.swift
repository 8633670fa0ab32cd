import CLinux
import Glibc
import Synchronization

/// What the log's thread sleeps on, and what wakes it.
final class LogDoorbell: Sendable {
    private let descriptor: Int32
    private let isAsleep = Atomic(false)

    /// - Throws: `LogError.noEvent` when the system gives no eventfd.
    init() throws(LogError) {
        // Non-blocking: neither side may ever wait in a read or a write of it.
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .noEvent(code: errno) }
    }

    deinit { close(descriptor) }

    /// Wakes the log's thread when it sleeps; otherwise one atomic load.
    func ring() {
        // Whoever finds it asleep first makes the system call, alone.
        guard isAsleep.load(ordering: .relaxed), isAsleep.exchange(false, ordering: .relaxed) else { return }
        wake()
    }

    /// Wakes the log's thread, or keeps it from its next sleep.
    func wake() { eventfd_write(descriptor, 1) }

    /// Sleeps until someone rings or the time is over.
    ///
    /// A ring just before the sleep is missed, and costs no more than the sleep's length.
    func sleep(milliseconds: Int32) {
        isAsleep.store(true, ordering: .relaxed)
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // SAFETY: one structure, as the count says.
        _ = unsafe poll(&event, 1, milliseconds)
        isAsleep.store(false, ordering: .relaxed)
        var count: eventfd_t = 0
        // SAFETY: the eight bytes of `count`.
        _ = unsafe eventfd_read(descriptor, &count)
    }
}

/// Why there can't be a log.
package enum LogError: Error, Equatable {
    /// The system gives no eventfd; `code` is the errno.
    case noEvent(code: Int32)
    /// The system starts no thread; `code` is the error.
    case noThread(code: Int32)
    /// Lines can't go to a file.
    case file(path: String, fault: FileFault)

    /// What is wrong with a file.
    package enum FileFault: Equatable, Sendable {
        /// It can't be opened; the errno.
        case system(Int32)
        /// It is a directory, a pipe, or the like.
        case notRegular
        /// It is another user's, who may read and change it whatever its mode says.
        case ofAnother
        /// Others may read it, or its group may change it.
        case openToOthers
    }
}

extension LogError: CustomStringConvertible {
    /// A sentence for an operator.
    package var description: String {
        switch self {
        case .noEvent(let code), .noThread(let code): "the log can't be started (errno \(code))"
        case .file(let path, .system(let code)): "\(path): lines can't be written there (errno \(code))"
        case .file(let path, .notRegular): "\(path): this is no regular file"
        case .file(let path, .ofAnother):
            "\(path): it is another user's; remove it, or give it to the one that the server runs as (chown)"
        case .file(let path, .openToOthers): "\(path): others may read it, or change it; do: chmod 600 \(path)"
        }
    }
}
