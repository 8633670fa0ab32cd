internal import Glibc

/// Where to listen: an IPv4 or IPv6 address and a port, as `127.0.0.1:8080` or `[::1]:8080`, or a socket in the file system.
public struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    /// The address, or the path of a socket.
    private let host: String
    /// The port; 0 lets the kernel choose. 0 for a socket in the file system.
    public let port: UInt16
    let family: Int32

    /// Parses `ADDRESS:PORT`; nil when it is no such thing. Names are not looked up.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        let host = String(text[..<colon])
        if host.hasPrefix("[") && host.hasSuffix("]") {
            self.init(host: String(host.dropFirst().dropLast()), port: port, family: AF_INET6)
        } else {
            self.init(host: host, port: port, family: AF_INET)
        }
    }

    /// A socket in the file system (unix(7)); nil for a path that no socket can have: it has 1 to 107 bytes, and none is 0.
    public init?(socketPath path: String) {
        let bytes = path.utf8
        guard (1...Self.longestPathBytes).contains(bytes.count), !bytes.contains(0) else { return nil }
        self.init(unchecked: path, port: 0, family: AF_UNIX)
    }

    private init?(host: String, port: UInt16, family: Int32) {
        var scratch = in6_addr()
        // SAFETY: sixteen bytes hold an address of either family.
        guard unsafe inet_pton(family, host, &scratch) == 1 else { return nil }
        self.init(unchecked: host, port: port, family: family)
    }

    private init(unchecked host: String, port: UInt16, family: Int32) {
        self.host = host
        self.port = port
        self.family = family
    }

    /// Where the socket is, for one in the file system.
    public var socketPath: String? { family == AF_UNIX ? host : nil }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool {
        switch family {
        case AF_UNIX: true
        case AF_INET: host.hasPrefix("127.")
        default: host == "::1"
        }
    }

    /// The address as it is written; `unix:` and the path for a socket in the file system.
    public var description: String {
        switch family {
        case AF_UNIX: "unix:\(host)"
        case AF_INET: "\(host):\(port)"
        default: "[\(host)]:\(port)"
        }
    }

    func bind(_ descriptor: Int32) -> Int32 {
        // SAFETY: the structure is passed with its size, and only read.
        unsafe withGeneric { address, size in unsafe Glibc.bind(descriptor, address, size) }
    }

    /// Connects a socket of the same family to it.
    func connect(_ descriptor: Int32) -> Int32 {
        // SAFETY: as above.
        unsafe withGeneric { address, size in unsafe Glibc.connect(descriptor, address, size) }
    }

    @unsafe
    private func withGeneric(_ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        switch family {
        case AF_UNIX:
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            // SAFETY: the path is shorter than its place, which is zero behind it.
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: host.utf8) }
            return unsafe SocketAddress.withGeneric(&address, body)
        case AF_INET:
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            // SAFETY: the host was parsed once already; the structure is passed with its size.
            _ = unsafe inet_pton(AF_INET, host, &address.sin_addr)
            return unsafe SocketAddress.withGeneric(&address, body)
        default:
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            // SAFETY: as above.
            _ = unsafe inet_pton(AF_INET6, host, &address.sin6_addr)
            return unsafe SocketAddress.withGeneric(&address, body)
        }
    }

    func with(port: UInt16) -> ListenAddress { ListenAddress(unchecked: host, port: port, family: family) }

    /// `sockaddr_un` has 108 bytes, and the last is 0.
    private static let longestPathBytes = 107
}
