import Foundation
import Statistics

/// What the rounds of one kind of work say, beside its baseline.
struct WireComparison: Codable {
    let name: String
    let byteCount: Int
    let baselineName: String
    /// What one repetition took, of each round.
    let nanoseconds: [Double]
    let baselineNanoseconds: [Double]
    let ratios: [Double]

    init(
        name: String, byteCount: Int, baselineName: String, nanoseconds: [Double], baselineNanoseconds: [Double]
    ) throws(BenchError) {
        do { ratios = try PairedRatios(subject: nanoseconds, baseline: baselineNanoseconds).byRound } catch {
            throw .statistics(error)
        }
        self.name = name
        self.byteCount = byteCount
        self.baselineName = baselineName
        self.nanoseconds = nanoseconds
        self.baselineNanoseconds = baselineNanoseconds
    }

    /// A row of the report's table.
    func row() throws(BenchError) -> [String] {
        do throws(StatisticsError) {
            let cost = try Sample(nanoseconds)
            let ratio = try Sample(ratios)
            let interval = try ratio.medianInterval(confidence: 0.95)
            let baseline = try Sample(baselineNanoseconds).median
            return [
                name, String(byteCount), cost.median.fixed(1), "\(cost.minimum.fixed(1))–\(cost.maximum.fixed(1))",
                (Double(byteCount) / cost.median).fixed(2), baselineName, baseline.fixed(1), ratio.median.fixed(2),
                "\(interval.lower.fixed(2))–\(interval.upper.fixed(2))",
            ]
        } catch {
            throw .statistics(error)
        }
    }
}

/// The result of `ringfort-bench wire`.
struct WireReport: Codable {
    let machine: Machine
    let revision: String
    let comparisons: [WireComparison]

    /// Prints the report, and writes it into `folder` as `wire.md` and, with every round, as `wire.json`.
    func write(to folder: String) throws(BenchError) {
        var table = Table([
            .init("work", .left), .init("bytes"), .init("ns"), .init("min–max"), .init("GB/s"),
            .init("baseline", .left), .init("its ns"), .init("× baseline"), .init("95 % interval"),
        ])
        for comparison in comparisons { table.append(try comparison.row()) }
        let rounds = comparisons.first?.ratios.count ?? 0
        let text = """
            # Parsing and encoding

            \(machine.sentence) Revision \(revision). One thread's CPU time; medians of \(rounds) rounds in \
            turn with the baseline over the same number of bytes.

            \(table.text)
            """
        report("\n\(text)")
        try replaceFile(at: "\(folder)/wire.md", with: Data(text.utf8))
        try replaceFile(at: "\(folder)/wire.json", with: json(self))
        report("Written to \(folder)/wire.md and wire.json.")
    }
}
