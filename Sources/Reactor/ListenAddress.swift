internal import Glibc

/// An IPv4 or IPv6 address and a port to listen on, as `127.0.0.1:8080` or `[::1]:8080`.
public struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    private let host: String
    /// The port; 0 lets the kernel choose.
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

    private init?(host: String, port: UInt16, family: Int32) {
        var scratch = in6_addr()
        // SAFETY: sixteen bytes hold an address of either family.
        guard unsafe inet_pton(family, host, &scratch) == 1 else { return nil }
        self.host = host
        self.port = port
        self.family = family
    }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool { family == AF_INET ? host.hasPrefix("127.") : host == "::1" }

    /// The address as it is written.
    public var description: String { family == AF_INET ? "\(host):\(port)" : "[\(host)]:\(port)" }

    func bind(_ descriptor: Int32) -> Int32 {
        if family == AF_INET {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            // SAFETY: the host was parsed once already; the structure is passed with its size.
            _ = unsafe inet_pton(AF_INET, host, &address.sin_addr)
            return unsafe SocketAddress.withGeneric(&address) { unsafe Glibc.bind(descriptor, $0, $1) }
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        // SAFETY: as above.
        _ = unsafe inet_pton(AF_INET6, host, &address.sin6_addr)
        return unsafe SocketAddress.withGeneric(&address) { unsafe Glibc.bind(descriptor, $0, $1) }
    }

    func with(port: UInt16) -> ListenAddress? { ListenAddress(host: host, port: port, family: family) }
}
