import Bytes
import TokenCache
import Tokens

/// Callers whose tokens come again, among callers each of whose tokens comes once: how often the first are found.
///
/// Time is simulated, at 20,000 requests a second. Nothing is verified: what is stored is one token's claims under each
/// token, which is all the same to the cache.
struct CacheFlood {
    /// How the tokens that come again are drawn.
    enum Draw: String {
        case uniform
        case zipf
    }

    let draw: Draw
    let tokens: Int
    /// Of a hundred requests, how many bring a token that comes once.
    let floodPercent: Int

    private static let requests = 4_000_000
    private static let nanosecondsBetween: UInt64 = 50_000

    /// The share of their requests in the second half whose token was found.
    func hitRate(capacity: Int, _ sample: borrowing FloodSample) throws(BenchError) -> Double {
        let cache: TokenCache
        do throws(TokenCacheError) {
            cache = try TokenCache(capacity: capacity)
        } catch {
            throw .wrongAnswer("\(error)")
        }
        var random = SplitMix(state: 7)
        let ranks = FloodRanks(draw, tokens)
        var token = sample.token
        var claims = ClaimsCopy()
        let (keyringEpoch, scopesEpoch) = (sample.claims.view.table.keyringEpoch, sample.claims.view.table.scopesEpoch)
        var now: UInt64 = 1_000_000_000_000
        var (asked, found) = (0, 0)
        var once: UInt64 = 1 << 32
        for request in 0..<Self.requests {
            now &+= Self.nanosecondsBetween
            let isOnce = random.next() % 100 < UInt64(floodPercent)
            once &+= 1
            sample.mark(&token, isOnce ? once : UInt64(ranks.draw(&random)))
            let place = cache.place(of: token.span.raw)
            let isFound = cache.find(
                token.span.raw, at: place, keyringEpoch: keyringEpoch, scopesEpoch: scopesEpoch, now: now, into: &claims
            )
            if !isFound { _ = cache.store(token.span.raw, at: place, sample.claims.view, now: now) }
            if !isOnce && request >= Self.requests / 2 {
                asked += 1
                found += isFound ? 1 : 0
            }
        }
        return Double(found) / Double(asked)
    }
}

/// A verified token, whose end can be changed to make others of it.
struct FloodSample: ~Copyable {
    let token: [UInt8]
    let claims: ClaimsCopy

    /// Makes `token` the one of this number.
    func mark(_ token: inout [UInt8], _ number: UInt64) {
        for place in 0..<16 {
            token[token.count - 20 + place] = 0x41 + UInt8(truncatingIfNeeded: number >> UInt64(place * 4) & 15)
        }
    }
}

/// Draws of one among many.
struct FloodRanks {
    private let count: Int
    /// The share of all ranks up to each; empty when all have the same.
    private let cumulative: [Double]

    init(_ draw: CacheFlood.Draw, _ count: Int) {
        self.count = count
        guard draw == .zipf else {
            cumulative = []
            return
        }
        var sum = 0.0
        let sums = (1...count).map { rank in
            sum += 1 / Double(rank)
            return sum
        }
        cumulative = sums.map { $0 / sum }
    }

    func draw(_ random: inout SplitMix) -> Int {
        guard !cumulative.isEmpty else { return Int(random.next() % UInt64(count)) }
        let share = Double(random.next() >> 11) / Double(1 << 53)
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] < share { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// SplitMix64: the same numbers in every run.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
