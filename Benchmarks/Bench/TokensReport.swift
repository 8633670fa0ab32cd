import CAllocationCounter
import Foundation
import Statistics

/// What one half of a token's life costs, beside the bare primitive.
struct TokensSide: Codable {
    /// What one repetition took, of each round.
    let nanoseconds: [Double]
    let bareNanoseconds: [Double]
    let ratios: [Double]
    /// The blocks of memory that one repetition takes, and those that the primitive takes by itself.
    let allocations: Int
    let bareAllocations: Int

    /// Measures both in turn.
    init(ours: TokensClock, bare: TokensClock, rounds: Int, milliseconds: Int) throws(BenchError) {
        let repetitions = try ours.repetitions(filling: milliseconds)
        let bareRepetitions = try bare.repetitions(filling: milliseconds)
        var (subjects, baselines): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            try Interruption.check()
            subjects.append(try ours.nanoseconds(repetitions))
            baselines.append(try bare.nanoseconds(bareRepetitions))
        }
        do { ratios = try PairedRatios(subject: subjects, baseline: baselines).byRound } catch {
            throw .statistics(error)
        }
        nanoseconds = subjects
        bareNanoseconds = baselines
        allocations = try Self.allocations(ours)
        bareAllocations = try Self.allocations(bare)
    }

    private static func allocations(_ work: TokensClock) throws(BenchError) -> Int {
        let before = ringfort_thread_allocations()
        let done = try work.run(16)
        return Int(ringfort_thread_allocations() - before) / max(done, 1)
    }

    /// Cells of the report's table: both times, their ratio, its interval.
    func cells() throws(BenchError) -> [String] {
        do throws(StatisticsError) {
            let ratio = try Sample(ratios)
            let interval = try ratio.medianInterval(confidence: 0.95)
            return [
                try Sample(nanoseconds).median.fixed(0), try Sample(bareNanoseconds).median.fixed(0),
                ratio.median.fixed(3), "\(interval.lower.fixed(3))–\(interval.upper.fixed(3))",
                "\(allocations) / \(bareAllocations)",
            ]
        } catch {
            throw .statistics(error)
        }
    }
}

/// What the tokens of one algorithm cost.
struct TokensComparison: Codable {
    let algorithm: String
    let tokenBytes: Int
    let claimBytes: Int
    let library: String
    let verifying: TokensSide
    let signing: TokensSide

    /// A line while others are still being measured.
    func progress() throws(BenchError) -> String {
        let (verify, sign) = (try verifying.cells(), try signing.cells())
        return "\(algorithm): verify \(verify[0]) ns (\(verify[2]) × bare), issue \(sign[0]) ns (\(sign[2]) × bare)"
    }

    func row() throws(BenchError) -> [String] {
        [algorithm, library, String(tokenBytes)] + (try verifying.cells()) + (try signing.cells())
    }
}

/// The result of `ringfort-bench tokens`.
struct TokensReport: Codable {
    let machine: Machine
    let revision: String
    let comparisons: [TokensComparison]

    /// Prints the report, and writes it into `folder` as `tokens.md` and, with every round, as `tokens.json`.
    func write(to folder: String) throws(BenchError) {
        var table = Table([
            .init("token", .left), .init("library", .left), .init("bytes"),
            .init("verify ns"), .init("bare ns"), .init("ratio"), .init("95 % interval"), .init("allocations"),
            .init("issue ns"), .init("bare ns"), .init("ratio"), .init("95 % interval"), .init("allocations"),
        ])
        for comparison in comparisons { table.append(try comparison.row()) }
        let rounds = comparisons.first?.verifying.ratios.count ?? 0
        let claims = comparisons.map(\.claimBytes)
        let text = """
            # Tokens, cold

            \(machine.sentence) Revision \(revision). One thread's CPU time; medians of \(rounds) rounds in turn with the \
            bare primitive; \(claims.min() ?? 0) to \(claims.max() ?? 0) bytes of claims. Allocations: all in it / those of the \
            bare primitive alone.

            \(table.text)
            """
        report("\n\(text)")
        try replaceFile(at: "\(folder)/tokens.md", with: Data(text.utf8))
        try replaceFile(at: "\(folder)/tokens.json", with: json(self))
        report("Written to \(folder)/tokens.md and tokens.json.")
    }
}
