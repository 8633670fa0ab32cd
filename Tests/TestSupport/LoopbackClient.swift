import Glibc

/// A blocking TCP client on 127.0.0.1 or ::1, for tests that talk to a server over a real socket.
package struct LoopbackClient: ~Copyable {
    private let descriptor: Int32

    /// What a test can't go on without.
    package enum Failure: Error {
        case noConnection(errno: Int32)
        case noAnswer(after: String, errno: Int32)
    }

    /// Connects; reads give up after `patienceSeconds`, so that a broken server fails a test instead of stopping it.
    package init(port: UInt16, overIPv6: Bool = false, patienceSeconds: Int = 10) throws(Failure) {
        descriptor = socket(overIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        let result = overIPv6 ? Self.connectIPv6(descriptor, port) : Self.connectIPv4(descriptor, port)
        guard result == 0 else { throw .noConnection(errno: errno) }
        // SAFETY: the call reads a local whose size it is given.
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    private static func connectIPv4(_ descriptor: Int32, _ port: UInt16) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe connect(descriptor, to: &address)
    }

    private static func connectIPv6(_ descriptor: Int32, _ port: UInt16) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        return unsafe connect(descriptor, to: &address)
    }

    @unsafe
    private static func connect<Address>(_ descriptor: Int32, to address: inout Address) -> Int32 {
        // SAFETY: the call reads the structure whose size it is given.
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// Sends all of `text`; a server that has closed meanwhile is no failure here, but of the read that follows.
    package func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends all of `bytes`.
    package func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    /// Tells the server that nothing more will be sent.
    package func finishSending() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads until `isComplete` says so, or the server has closed.
    package func read(until isComplete: (String) -> Bool) throws(Failure) -> String {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if isComplete(text) { return text }
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            if count == 0 { return text }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .noAnswer(after: text, errno: errno) }
            received += chunk.prefix(count)
        }
    }

    /// Reads until the server closes.
    package func readToEnd() throws(Failure) -> String { try read { _ in false } }
}
