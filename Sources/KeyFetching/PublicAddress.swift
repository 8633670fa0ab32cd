/// Which addresses belong to hosts of the public internet (IANA's registries of special-purpose addresses).
///
/// Everything else could be a host that trusts whoever can reach it: loopback, link-local, private and shared networks,
/// multicast.
enum PublicAddress {
    /// Whether an IPv4 address, in host order, is public. O(ranges).
    static func contains(ipv4 address: UInt32) -> Bool {
        !specialIPv4.contains { address >> (32 - $0.bits) == $0.prefix >> (32 - $0.bits) }
    }

    /// Whether an IPv6 address is public: global unicast, or an IPv4 address that is, in one of the forms that gateways
    /// translate.
    static func contains(ipv6 address: UInt128) -> Bool {
        let isTranslated = address >> 32 == 0xFFFF || address >> 32 == 0x0064_FF9B << 64
        if isTranslated { return contains(ipv4: UInt32(truncatingIfNeeded: address)) }
        // 6to4 (RFC 3056) has its IPv4 address behind the first two bytes.
        if address >> 112 == 0x2002 { return contains(ipv4: UInt32(truncatingIfNeeded: address >> 80)) }
        guard address >> 125 == 0b001 else { return false }
        // Protocol assignments with Teredo in them (2001::/23), documentation (2001:db8::/32, 3fff::/20).
        return address >> 105 != 0x2001_0000 >> 9 && address >> 96 != 0x2001_0DB8 && address >> 108 != 0x3FFF0
    }

    private static let specialIPv4: [(prefix: UInt32, bits: UInt32)] = [
        (0x0000_0000, 8),  // This network.
        (0x0A00_0000, 8),  // Private.
        (0x6440_0000, 10),  // Shared with a provider's customers (RFC 6598).
        (0x7F00_0000, 8),  // Loopback.
        (0xA9FE_0000, 16),  // Link-local, where clouds have their metadata.
        (0xAC10_0000, 12),  // Private.
        (0xC000_0000, 24),  // Protocol assignments.
        (0xC000_0200, 24),  // Documentation.
        (0xC0A8_0000, 16),  // Private.
        (0xC612_0000, 15),  // Benchmarks.
        (0xC633_6400, 24),  // Documentation.
        (0xCB00_7100, 24),  // Documentation.
        (0xE000_0000, 3),  // Multicast, reserved, broadcast.
    ]
}
