import Foundation
import Statistics

/// The result of `ringfort-bench flood`.
struct FloodReport: Codable {
    let machine: Machine
    let revision: String
    /// The format of the callers' token.
    let callers: String
    let rounds: [Round]

    /// The callers' 99th percentile of latency in microseconds, and how many of the flood's tokens were verified and how
    /// many refused meanwhile.
    struct Round: Codable {
        let alone: Double
        let beside: Double
        let verified: Int
        let refused: Int
    }

    private static let goalRatio = 2.0

    /// Prints the report, and writes it into `folder` as `flood.md` and, with every round, as `flood.json`.
    func write(to folder: String) throws(BenchError) {
        let text = """
            # Beside a flood of unknown tokens

            \(machine.sentence) Revision \(revision). One shard; callers with one \(callers) token, \(Load.connections) \
            connections; the flood has as many, and another Ed25519 token for each request: \
            \(rounds.reduce(0) { $0 + $1.verified }) were verified, \(rounds.reduce(0) { $0 + $1.refused }) refused.

            The callers' p99: \(try figures()).

            """
        report("\n\(text)")
        try replaceFile(at: "\(folder)/flood.md", with: Data(text.utf8))
        try replaceFile(at: "\(folder)/flood.json", with: json(self))
        report("Written to \(folder)/flood.md and flood.json.")
    }

    private func figures() throws(BenchError) -> String {
        do throws(StatisticsError) {
            let (alone, beside) = (rounds.map(\.alone), rounds.map(\.beside))
            let ratio = try PairedRatios(subject: beside, baseline: alone).sample
            let interval = try ratio.medianInterval(confidence: 0.95)
            return """
                \(try Sample(alone).median.fixed(0)) µs alone, \(try Sample(beside).median.fixed(0)) µs beside the flood: \
                **\(ratio.median.fixed(2)) ×** (goal ≤ \(Self.goalRatio)), the median of \(ratio.count) paired rounds; \
                \((interval.confidence * 100).fixed(1)) % interval \(interval.lower.fixed(2))–\(interval.upper.fixed(2))
                """
        } catch {
            throw .statistics(error)
        }
    }
}
