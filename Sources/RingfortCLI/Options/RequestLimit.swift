/// So many requests a second, and so many at once.
struct RequestLimit: Equatable, Sendable {
    let tokensPerSecond: UInt32
    let burst: UInt32

    /// The most of either: more is as good as no limit, and `off` says that better.
    static let most: UInt32 = 1_000_000
    /// A bucket that takes longer to refill would lock a client out for days: somebody has mixed up the two numbers.
    static let longestRefillSeconds: UInt32 = 86_400

    /// A limit that can't be had is nil.
    init?(tokensPerSecond: UInt32, burst: UInt32) {
        guard (1...Self.most).contains(tokensPerSecond), (1...Self.most).contains(burst),
            burst / tokensPerSecond < Self.longestRefillSeconds
        else { return nil }
        self.tokensPerSecond = tokensPerSecond
        self.burst = burst
    }

    /// Parses `RATE:BURST`.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let rate = Self.number(parts[0]), let burst = Self.number(parts[1]) else { return nil }
        self.init(tokensPerSecond: rate, burst: burst)
    }

    private static func number(_ text: Substring) -> UInt32? {
        text.utf8.allSatisfy { $0 &- 0x30 < 10 } ? UInt32(text) : nil
    }
}

extension ValueParser where Value == RequestLimit? {
    /// `RATE:BURST`, or `off`, which is nil.
    static var limit: Self {
        Self(wanted: "RATE:BURST with numbers from 1 to \(RequestLimit.most), such as 20:40, nor 'off'") { text in
            text.lowercased() == "off" ? .some(nil) : RequestLimit(text).map(Optional.some)
        } describe: { limit in
            limit.map { "\($0.tokensPerSecond):\($0.burst)" } ?? "off"
        }
    }
}
