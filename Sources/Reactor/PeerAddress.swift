/// The address of a client, IPv4 or IPv6, with its port.
public struct PeerAddress: Equatable, Sendable {
    /// The family of an address.
    public enum Family: UInt8, Sendable {
        /// IPv4: the address is the low 32 bits of `low`.
        case ipv4
        /// IPv6: the address is `high` and `low`, most significant first.
        case ipv6
    }

    /// Whether it is IPv4 or IPv6. An IPv4 address mapped into IPv6 (RFC 4291 section 2.5.5.2) counts as IPv4.
    public let family: Family
    /// The upper half of an IPv6 address: its /64 network. 0 for IPv4.
    public let high: UInt64
    /// The lower half of an IPv6 address, or the IPv4 address.
    public let low: UInt64
    /// The port.
    public let port: UInt16

    private init(family: Family, high: UInt64, low: UInt64, port: UInt16) {
        self.family = family
        self.high = high
        self.low = low
        self.port = port
    }

    /// An IPv4 address in host byte order.
    public init(ipv4 address: UInt32, port: UInt16) {
        self.init(family: .ipv4, high: 0, low: UInt64(address), port: port)
    }

    /// An IPv6 address as two halves in host byte order.
    public init(ipv6High high: UInt64, low: UInt64, port: UInt16) {
        if high == 0 && low >> 32 == 0xFFFF {
            self.init(ipv4: UInt32(truncatingIfNeeded: low), port: port)
        } else {
            self.init(family: .ipv6, high: high, low: low, port: port)
        }
    }
}
