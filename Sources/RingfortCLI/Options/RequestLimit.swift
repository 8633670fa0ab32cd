import Ringfort

/// So many requests in so many seconds, and so many at once.
struct RequestLimit: Equatable, Sendable {
    let requests: UInt32
    let everySeconds: UInt32
    let burst: UInt32
    /// The same for the limiter.
    let rate: CellRate

    /// The most of any of the numbers: more is as good as no limit, and `off` says that better.
    static let most: UInt32 = 10_000_000

    /// A limit that can't be had is nil.
    init?(requests: UInt32, everySeconds: UInt32 = 1, burst: UInt32) {
        guard [requests, everySeconds, burst].allSatisfy({ (1...Self.most).contains($0) }) else { return nil }
        do throws(RateError) {
            rate = try CellRate(tokens: requests, everySeconds: everySeconds, burst: burst)
        } catch {
            return nil
        }
        self.requests = requests
        self.everySeconds = everySeconds
        self.burst = burst
    }

    /// Parses `REQUESTS:BURST`, or `REQUESTS/SECONDS:BURST`.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let burst = Self.number(parts[1]) else { return nil }
        let rate = parts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let requests = Self.number(rate[0]), let seconds = rate.count == 1 ? 1 : Self.number(rate[1]) else {
            return nil
        }
        self.init(requests: requests, everySeconds: seconds, burst: burst)
    }

    /// A text that parses to the limit.
    var text: String { everySeconds == 1 ? "\(requests):\(burst)" : "\(requests)/\(everySeconds):\(burst)" }

    private static func number(_ text: Substring) -> UInt32? {
        text.utf8.allSatisfy { $0 &- 0x30 < 10 } ? UInt32(text) : nil
    }
}

extension ValueParser where Value == RequestLimit? {
    /// `RATE:BURST`, or `off`, which is nil.
    static var limit: Self {
        Self(
            wanted:
                "RATE:BURST, such as 20:40 for 20 a second and 40 at once or 10/60:10 for 10 in 60 seconds, nor 'off'; "
                + "a bucket must refill within a day",
            form: .limit
        ) { text in
            text.lowercased() == "off" ? .some(nil) : RequestLimit(text).map(Optional.some)
        } describe: { limit in
            limit?.text ?? "off"
        }
    }
}
