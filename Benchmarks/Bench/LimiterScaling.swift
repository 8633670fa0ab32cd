import Dispatch
import RateLimiting
import Statistics
import Synchronization

/// What two threads decide in the time in which one decides, each over keys of its own in one table.
struct LimiterScaling: Codable {
    let keys: Int
    /// Of each round: decisions of both threads over those of one, by the wall clock. What others run counts.
    let wallSpeedups: [Double]
    /// The same by the processor time of the slower thread: what others run does not count.
    let processorSpeedups: [Double]

    static let keyCounts = [1_000, 1_000_000]
    /// A few milliseconds: most rounds fall between what others run.
    private static let decisions = 200_000

    init(keys: Int, rounds: Int) throws(BenchError) {
        let crowd = try LimiterCrowd(keys: keys)
        var (single, double): ([LimiterCrowd.Duration], [LimiterCrowd.Duration]) = ([], [])
        _ = crowd.duration(threads: 2, decisions: Self.decisions * 10)
        for _ in 0..<rounds * 5 {
            try Interruption.check()
            single.append(crowd.duration(threads: 1, decisions: Self.decisions))
            double.append(crowd.duration(threads: 2, decisions: Self.decisions))
        }
        do {
            // Twice the work in so much time.
            wallSpeedups = try PairedRatios(subject: single.map { 2 * $0.wall }, baseline: double.map(\.wall)).byRound
            processorSpeedups = try PairedRatios(
                subject: single.map { 2 * $0.processor }, baseline: double.map(\.processor)
            ).byRound
        } catch {
            throw .statistics(error)
        }
        self.keys = keys
        report("two threads, \(keys) keys: last round \((processorSpeedups.last ?? 0).fixed(2)) × one thread")
    }

    func row() throws(BenchError) -> [String] {
        do throws(StatisticsError) {
            let sample = try Sample(processorSpeedups)
            let interval = try sample.medianInterval(confidence: 0.95)
            let wall = try Sample(wallSpeedups)
            return [
                "\(keys)", sample.median.fixed(2), "\(interval.lower.fixed(2))–\(interval.upper.fixed(2))",
                wall.median.fixed(2), wall.maximum.fixed(2),
            ]
        } catch {
            throw .statistics(error)
        }
    }
}

/// Two threads' keys, and the table that both ask.
private final class LimiterCrowd: Sendable {
    private let table: TokenBucketTable
    private let keys: [[KeyHash]]
    private let rate: CellRate
    private let ready = Atomic<Int>(0)
    private let clock = Atomic<UInt64>(1 << 40)

    init(keys count: Int) throws(BenchError) {
        let hasher = KeyHasher()
        let half = UInt32(count / 2)
        keys = [0, half].map { first in (first..<first + half).map { hasher.key(ipv4: $0, policy: 0) }.shuffled() }
        table = try limiter { () throws(TableError) in try TokenBucketTable() }
        rate = try limiter { () throws(RateError) in try CellRate(tokensPerSecond: 20_000, burst: 40) }
    }

    /// Of the slower thread, in nanoseconds.
    struct Duration {
        var wall = 0.0
        var processor = 0.0
    }

    /// How long it takes until each of so many threads has decided so often.
    func duration(threads: Int, decisions: Int) -> Duration {
        ready.store(0, ordering: .relaxed)
        let start = clock.wrappingAdd(100 * UInt64(decisions), ordering: .relaxed).oldValue
        let longest = Mutex(Duration())
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            ready.wrappingAdd(1, ordering: .relaxed)
            while ready.load(ordering: .relaxed) < threads {}
            let (wall, processor) = (DispatchTime.now().uptimeNanoseconds, TokensClock.threadNanoseconds())
            decide(keys[thread], decisions, from: start)
            let (wallEnd, processorEnd) = (DispatchTime.now().uptimeNanoseconds, TokensClock.threadNanoseconds())
            longest.withLock {
                $0.wall = max($0.wall, Double(wallEnd - wall))
                $0.processor = max($0.processor, Double(processorEnd - processor))
            }
        }
        return longest.withLock { $0 }
    }

    private func decide(_ keys: [KeyHash], _ decisions: Int, from start: UInt64) {
        var (index, now) = (0, start)
        for _ in 0..<decisions {
            now &+= 100
            _ = table.take(key: keys[index], rate: rate, now: now)
            index = index == keys.count - 1 ? 0 : index + 1
        }
    }
}
