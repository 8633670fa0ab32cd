import RateLimiting
import Synchronization

/// What the limiter is asked.
enum LimiterWork: String, CaseIterable {
    case admitted = "admit, a thousand keys"
    case refused = "refuse, a thousand keys"
    case hashed = "hash an address and admit it, a thousand"
    case peeked = "look, a thousand keys"
    case million = "admit, a million keys in random order"
}

/// A table and those who ask it.
final class LimiterSubject {
    private let work: LimiterWork
    private let table: TokenBucketTable
    private let hasher = KeyHasher()
    private let keys: [KeyHash]
    private let rate: CellRate
    private var next = 0
    private var now: UInt64 = 1 << 40

    init(_ work: LimiterWork) throws(BenchError) {
        self.work = work
        let count: UInt32 = work == .million ? 1_000_000 : 1_000
        let hasher = hasher
        keys = (0..<count).map { hasher.key(ipv4: $0, policy: 0) }.shuffled()
        table = try limiter { () throws(TableError) in try TokenBucketTable() }
        // Ten decisions a microsecond over all keys: one in a hundred microseconds, or in a hundred milliseconds, each.
        rate = try limiter { () throws(RateError) in
            work == .refused
                ? try CellRate(tokens: 1, everySeconds: 60, burst: 1) : try CellRate(tokensPerSecond: 20_000, burst: 40)
        }
        // All are resident, and empty where they shall be refused.
        for key in keys { _ = table.take(key: key, rate: rate, now: now) }
    }

    /// Decides so often; returns how many decisions were what was expected.
    func decide(_ repetitions: Int) -> Int {
        switch work {
        case .admitted, .million: return count(repetitions) { table.take(key: $0, rate: rate, now: $1).isAdmitted }
        case .refused: return count(repetitions, step: 0) { !table.take(key: $0, rate: rate, now: $1).isAdmitted }
        case .peeked: return count(repetitions) { table.peek(key: $0, rate: rate, now: $1).isAdmitted }
        case .hashed:
            var good = 0
            for address in 0..<UInt32(repetitions) {
                now &+= 100
                let key = hasher.key(ipv4: address % 1_000, policy: 0)
                if table.take(key: key, rate: rate, now: now).isAdmitted { good &+= 1 }
            }
            return good
        }
    }

    @inline(__always)
    private func count(_ repetitions: Int, step: UInt64 = 100, _ decide: (KeyHash, UInt64) -> Bool) -> Int {
        var (good, index, time) = (0, next, now)
        for _ in 0..<repetitions {
            time &+= step
            if decide(keys[index], time) { good &+= 1 }
            index = index == keys.count - 1 ? 0 : index + 1
        }
        (next, now) = (index, time)
        return good
    }
}

/// The least that an admission can be: one compare-and-swap of sixteen bytes that nobody else wants.
final class BareSwap: Sendable {
    private let pair = Atomic<WordPair>(WordPair(first: 0, second: 0))

    func run(_ repetitions: Int) -> Int {
        var expected = pair.load(ordering: .relaxed)
        for _ in 0..<repetitions {
            let desired = WordPair(first: expected.first, second: expected.second &+ 1)
            let (done, found) = pair.compareExchange(
                expected: expected, desired: desired, ordering: .acquiringAndReleasing)
            expected = done ? desired : found
        }
        return repetitions
    }
}

extension TokenBucketTable.Decision {
    var isAdmitted: Bool { if case .admitted = self { true } else { false } }
}

/// Runs what makes a limiter, whose failure would be the benchmark's own mistake.
func limiter<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(BenchError) -> Result {
    do throws(Failure) { return try body() } catch { throw .wrongAnswer("the limiter can't be had: \(error)") }
}
