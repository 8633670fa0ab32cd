import Reactor

/// The proxies whose word about their clients' addresses is taken, and the header in which they give it.
///
/// A proxy appends the address that it was reached from. So a list is read from its end, as long as whoever wrote an
/// entry is trusted; what stands before the first other address, that one's client may have made up.
public struct TrustedProxies: Sendable {
    /// A header that proxies append to. There is one: a proxy that writes one of them hands on what a client wrote into
    /// the other.
    public enum Header: String, CaseIterable, Sendable {
        /// `X-Forwarded-For`: addresses alone.
        case xForwardedFor = "x-forwarded-for"
        /// `Forwarded` (RFC 7239): the `for` of each element.
        case forwarded
    }

    /// Where the proxies are. Empty trusts nobody, and each peer is its own client.
    public var ranges: [AddressRange]
    /// The header that all of them append to.
    public var header: Header

    /// The proxies in `ranges`, which append to `header`.
    public init(_ ranges: [AddressRange] = [], header: Header = .xForwardedFor) {
        self.ranges = ranges
        self.header = header
    }

    /// Whether the address is that of a trusted proxy. O(ranges).
    func contains(_ address: PeerAddress) -> Bool { ranges.contains { $0.contains(address) } }
}
