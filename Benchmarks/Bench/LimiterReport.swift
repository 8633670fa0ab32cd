import Foundation
import RateLimiting
import Statistics

/// What one question to the limiter costs, beside the bare compare-and-swap.
struct LimiterComparison: Codable {
    let name: String
    /// What one repetition took, of each round.
    let nanoseconds: [Double]
    let bareNanoseconds: [Double]

    func row() throws(BenchError) -> [String] {
        do throws(StatisticsError) {
            let cost = try Sample(nanoseconds)
            let ratio = try PairedRatios(subject: nanoseconds, baseline: bareNanoseconds).sample
            let interval = try ratio.medianInterval(confidence: 0.95)
            return [
                name, cost.median.fixed(1), "\(cost.minimum.fixed(1))–\(cost.maximum.fixed(1))",
                try Sample(bareNanoseconds).median.fixed(1), ratio.median.fixed(2),
                "\(interval.lower.fixed(2))–\(interval.upper.fixed(2))",
            ]
        } catch {
            throw .statistics(error)
        }
    }
}

/// How many newcomers find no bucket of their own while a table fills up to a part of its capacity.
struct LimiterOccupancy: Codable {
    let percent: Int
    let clients: Int
    let overflowed: UInt64

    init(percent: Int) throws(BenchError) {
        let (table, hasher) = (try limiter { () throws(TableError) in try TokenBucketTable() }, KeyHasher())
        let rate = try limiter { () throws(RateError) in try CellRate(tokensPerSecond: 1, burst: 40) }
        self.percent = percent
        clients = table.capacity * percent / 100
        // Nobody's bucket refills: time stands still.
        for client in 0..<UInt32(clients) {
            _ = table.take(key: hasher.key(ipv4: client, policy: 0), rate: rate, now: 1 << 40)
        }
        overflowed = table.overflowDecisions
    }

    var row: [String] {
        let share = (Double(overflowed) / Double(clients) * 100).fixed(3)
        return ["\(percent) %", "\(clients)", "\(overflowed)", "\(share) %"]
    }

    /// By how much this process's resident memory grows for a key while a default table fills up.
    static func residentBytesOfKey() throws(BenchError) -> Double {
        let (table, hasher) = (try limiter { () throws(TableError) in try TokenBucketTable() }, KeyHasher())
        let rate = try limiter { () throws(RateError) in try CellRate(tokensPerSecond: 1, burst: 40) }
        let before = try residentBytes()
        for client in 0..<UInt32(table.capacity) {
            _ = table.take(key: hasher.key(ipv4: client, policy: 0), rate: rate, now: 1 << 40)
        }
        return Double(try residentBytes() - before) / Double(table.capacity)
    }

    private static func residentBytes() throws(BenchError) -> Int {
        let path = "/proc/self/statm"
        guard let pages = try readText(path).split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw .unreadable(path: path)
        }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}

/// The result of `ringfort-bench limiter`.
struct LimiterReport: Codable {
    let machine: Machine
    let revision: String
    let comparisons: [LimiterComparison]
    let scaling: [LimiterScaling]
    let occupancies: [LimiterOccupancy]
    let residentBytesOfKey: Double

    /// Prints the report, and writes it into `folder` as `limiter.md` and, with every round, as `limiter.json`.
    func write(to folder: String) throws(BenchError) {
        var decisions = Table([
            .init("decision", .left), .init("ns"), .init("min–max"), .init("swap ns"), .init("× swap"),
            .init("95 % interval"),
        ])
        for comparison in comparisons { decisions.append(try comparison.row()) }
        var threads = Table([
            .init("keys"), .init("two threads × one"), .init("95 % interval"), .init("by the wall clock"),
            .init("best"),
        ])
        for row in scaling { threads.append(try row.row()) }
        var occupancy = Table([.init("full"), .init("clients"), .init("without a bucket"), .init("share")])
        for row in occupancies { occupancy.append(row.row) }
        let text = """
            # The rate limiter

            \(machine.sentence) Revision \(revision). One thread's CPU time; medians of \
            \(comparisons.first?.nanoseconds.count ?? 0) rounds in turn with a bare compare-and-swap of sixteen bytes.

            \(decisions.text)
            Two threads with keys of their own, by processor time, and by the wall clock, where others' work counts:

            \(threads.text)
            A table that fills up, of whose buckets none refills:

            \(occupancy.text)
            Resident memory: \(residentBytesOfKey.fixed(1)) bytes a key.
            """
        report("\n\(text)")
        try replaceFile(at: "\(folder)/limiter.md", with: Data(text.utf8))
        try replaceFile(at: "\(folder)/limiter.json", with: json(self))
        report("Written to \(folder)/limiter.md and limiter.json.")
    }
}
