internal import CLinux
internal import Glibc

/// A blocking connection to a server on this machine, for commands that ask it things.
public struct ClientSocket: ~Copyable {
    private let descriptor: Int32

    /// Connects. Reads and writes give up after `patienceSeconds`.
    ///
    /// - Throws: `ReactorError.failed` with why not: ENOENT or ECONNREFUSED where nobody listens.
    public init(_ address: ListenAddress, patienceSeconds: Int) throws(ReactorError) {
        descriptor = Glibc.socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .failed(operation: "socket", errno: errno) }
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            // SAFETY: the call reads a local whose size it is given.
            _ = unsafe setsockopt(
                descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        guard address.connect(descriptor) == 0 else {
            throw .failed(operation: "connect to \(address)", errno: errno)
        }
    }

    deinit { close(descriptor) }

    /// Sends all of `bytes`, and takes all that comes until the other side closes.
    public func exchange(_ bytes: [UInt8]) throws(ReactorError) -> [UInt8] {
        var rest = bytes[...]
        while !rest.isEmpty {
            // SAFETY: the kernel reads the bytes during the call only.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .failed(operation: "send", errno: errno) }
            rest = rest.dropFirst(count)
        }
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            // SAFETY: the kernel writes into the array, to its end at most.
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .failed(operation: "recv", errno: errno) }
            guard count > 0 else { return received }
            received += chunk.prefix(count)
        }
    }
}
