import Bytes
import Glibc
import Reactor

/// A range of addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
public struct AddressRange: Equatable, Sendable, CustomStringConvertible {
    private let network: PeerAddress
    private let prefix: Int
    /// The range as it was written.
    public let description: String

    /// Parses a range; nil when it is none, or when its address has bits beyond the prefix: one of both is a mistake then.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let network = PeerAddress(parsing: Array(parts[0].utf8).span.raw) else { return nil }
        let longest = network.bitCount
        var prefix = longest
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ $0 &- 0x30 < 10 }), let given = Int(parts[1]), given <= longest else {
                return nil
            }
            prefix = given
        }
        guard network.bits & ~Self.mask(prefix, of: longest) == 0 else { return nil }
        self.network = network
        self.prefix = prefix
        description = text
    }

    /// Whether the address lies in the range. An IPv4 address lies in no range of IPv6.
    func contains(_ address: PeerAddress) -> Bool {
        address.family == network.family
            && address.bits & Self.mask(prefix, of: network.bitCount) == network.bits
    }

    /// Whether it holds all addresses of its family.
    var isEverything: Bool { prefix == 0 }

    private static func mask(_ prefix: Int, of bitCount: Int) -> UInt128 {
        // Shifting by all 128 bits gives zero, as a prefix of no bits wants it.
        UInt128.max << UInt128(bitCount - prefix) & (UInt128.max >> UInt128(128 - bitCount))
    }
}

extension PeerAddress {
    /// The address that a text is, IPv4 or IPv6 without brackets; nil when it is neither. Its port is 0.
    init?(parsing text: RawSpan) {
        // The longest text of an address has 45 characters; the rest stays zero and ends the string.
        var string = InlineArray<48, CChar>(repeating: 0)
        guard (1..<46).contains(text.byteCount) else { return nil }
        for offset in 0..<text.byteCount { string[offset] = CChar(truncatingIfNeeded: text[offset]) }
        var v4 = in_addr()
        var v6 = in6_addr()
        // SAFETY: the string is terminated, since it is longer than the text (guarded above); each call writes one address
        // of its family.
        let (isIPv4, isIPv6) = unsafe string.span.withUnsafeBufferPointer { string in
            guard let start = string.baseAddress else { return (false, false) }
            return (unsafe inet_pton(AF_INET, start, &v4) == 1, unsafe inet_pton(AF_INET6, start, &v6) == 1)
        }
        if isIPv4 {
            self.init(ipv4: UInt32(bigEndian: v4.s_addr), port: 0)
        } else if isIPv6 {
            // SAFETY: an IPv6 address is sixteen bytes, and so are two words.
            let words = unsafe unsafeBitCast(v6, to: (UInt64, UInt64).self)
            self.init(ipv6High: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1), port: 0)
        } else {
            return nil
        }
    }

    fileprivate var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

    fileprivate var bitCount: Int {
        switch family {
        case .ipv4: 32
        case .ipv6: 128
        }
    }
}
