import Glibc
import TLSSupport
import Testing

/// A client of HTTPS on 127.0.0.1.
final class HTTPSClient {
    private let descriptor: Int32
    let tls: TestClient
    /// Whether the server has closed.
    private(set) var hasEnded = false

    /// Connects and agrees on keys.
    convenience init(port: UInt16, _ options: TestClient.Options) throws {
        try self.init(connectingTo: port, options)
        finishHandshake()
    }

    /// Connects, and says the first of a handshake. Reads give up after ten seconds, so that a broken server fails a test.
    init(connectingTo port: UInt16, _ options: TestClient.Options) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        tls = TestClient(options)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // SAFETY: both calls read locals whose sizes they are given.
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        // SAFETY: as above.
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        sendRaw(tls.take())
    }

    /// Goes on until keys are agreed on, or one side has ended it.
    func finishHandshake() {
        while !tls.isOpen && tls.failure == nil && !hasEnded { receive() }
    }

    deinit { close(descriptor) }

    /// Sends bytes as they are.
    func sendRaw(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // SAFETY: the kernel reads the array while it stays in place.
            let sent = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    /// Sends a request, or some.
    func send(_ text: String) { sendRaw(tls.send(Array(text.utf8))) }

    /// Says that nothing more comes (close_notify), without closing.
    func finishSending() { sendRaw(tls.close()) }

    /// Reads until the server has said so many bytes, or has closed.
    func read(atLeast count: Int = .max) -> String {
        while tls.plaintext.count < count && !tls.isClosed && !hasEnded { receive() }
        return String(decoding: tls.plaintext, as: UTF8.self)
    }

    private func receive() {
        var chunk = [UInt8](repeating: 0, count: 65536)
        // SAFETY: the kernel writes at most as many bytes as the array has.
        let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
        if count < 0 && errno == EINTR { return }
        if count <= 0 { hasEnded = true } else { sendRaw(tls.take(Array(chunk.prefix(count)))) }
    }
}
