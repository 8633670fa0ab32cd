import COpenSSL
import Foundation

/// A host on 127.0.0.1 that speaks HTTPS, and behaves as a test wants. Gone with its last reference.
public final class TestHost: Sendable {
    /// What it does about a request.
    public enum Reply: Sendable {
        /// Answers, and closes. Header lines end with CRLF.
        case answer(_ body: String, status: Int = 200, headers: String = "Content-Type: application/json\r\n")
        /// Says nothing, until the client has gone.
        case silence
        /// Begins to answer, and never ends.
        case endless
    }

    private let listener: HostListener

    /// A host with this certificate.
    ///
    /// - Parameter reply: what it does about the request with this number, from zero; called on a thread that may wait.
    public init(
        _ certificate: TestCertificate, reply: @escaping @Sendable (Int) -> Reply
    ) throws(TestCertificate.Failure) {
        listener = try HostListener(certificate, reply)
        let listener = listener
        Thread.detachNewThread { listener.serve() }
    }

    deinit { listener.end() }

    /// Where it listens.
    public var port: UInt16 { listener.port }

    /// The heads of all requests so far.
    public var requests: [String] { listener.requests }

    /// How many connections there were, also such as came to no request.
    public var connections: Int { listener.connections }

    /// Waits until there have been so many requests; false when they don't come within ten seconds.
    public func wait(forRequests count: Int) -> Bool { listener.wait(forRequests: count) }
}

@safe
private final class HostListener: @unchecked Sendable {
    // INVARIANT: the context is this object's own and doesn't change; what changes is behind the condition.
    private let context: OpaquePointer
    private let descriptor: Int32
    let port: UInt16
    private let reply: @Sendable (Int) -> TestHost.Reply
    private let condition = NSCondition()
    private var heads: [String] = []
    private var accepted = 0

    init(
        _ certificate: TestCertificate, _ reply: @escaping @Sendable (Int) -> TestHost.Reply
    ) throws(TestCertificate.Failure) {
        self.reply = reply
        // SAFETY: the context is made here; certificate and key are counted by it.
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { throw .openSSL("no context") }
        unsafe self.context = context
        unsafe SSL_CTX_use_certificate(context, certificate.certificate)
        unsafe SSL_CTX_use_PrivateKey(context, certificate.key)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        // SAFETY: the calls read and fill a local whose size they are given.
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw .openSSL("no port") }
        port = UInt16(bigEndian: address.sin_port)
    }

    // SAFETY: the context is this object's own, and freed once; sessions count it themselves.
    deinit {
        unsafe SSL_CTX_free(context)
        close(descriptor)
    }

    var requests: [String] { condition.withLock { heads } }
    var connections: Int { condition.withLock { accepted } }

    func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func wait(forRequests count: Int) -> Bool {
        let deadline = Date(timeIntervalSinceNow: 10)
        return condition.withLock {
            while heads.count < count { guard condition.wait(until: deadline) else { return false } }
            return true
        }
    }

    func serve() {
        while true {
            let client = accept(descriptor, nil, nil)
            guard client >= 0 else { return }
            condition.withLock { accepted += 1 }
            Thread.detachNewThread { self.serve(client) }
        }
    }

    private func serve(_ client: Int32) {
        defer { close(client) }
        var signals = sigset_t()
        // SAFETY: a local, which both calls are given. A client that has gone is an error of the write then.
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        // SAFETY: the session is this function's own; buffers are as long as OpenSSL is told.
        guard let session = unsafe SSL_new(context) else { return }
        defer { unsafe SSL_free(session) }
        unsafe SSL_set_fd(session, client)
        guard unsafe SSL_accept(session) == 1 else { return }
        var head = ""
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while !head.hasSuffix("\r\n\r\n") {
            let count = unsafe SSL_read(session, &chunk, Int32(chunk.count))
            guard count > 0 else { return }
            head += String(decoding: chunk.prefix(Int(count)), as: UTF8.self)
        }
        let number = condition.withLock {
            heads.append(head)
            condition.broadcast()
            return heads.count - 1
        }
        switch reply(number) {
        case .answer(let body, let status, let headers):
            let text =
                "HTTP/1.1 \(status) X\r\n\(headers)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
            unsafe SSL_write(session, text, Int32(text.utf8.count))
            unsafe SSL_shutdown(session)
        case .silence: while unsafe SSL_read(session, &chunk, Int32(chunk.count)) > 0 {}
        case .endless:
            let text = "HTTP/1.1 200 X\r\nContent-Type: application/json\r\n\r\n"
            unsafe SSL_write(session, text, Int32(text.utf8.count))
            while unsafe SSL_write(session, chunk, Int32(chunk.count)) > 0 {}
        }
    }
}
