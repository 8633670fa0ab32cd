import Foundation
import Statistics

/// What the rounds of one scenario say.
struct FloorComparison: Codable {
    let scenario: Scenario
    let title: String
    let subject: String
    let answerBytes: Int
    let server: [Round]
    let floor: [Round]
    /// The server's CPU a request over the floor's, of each round.
    let ratios: [Double]
    let medianRatio: Double
    let interval: Interval

    /// Where the median ratio lies, and with which confidence.
    struct Interval: Codable {
        let lower: Double
        let upper: Double
        let confidence: Double
    }

    init(
        scenario: Scenario, title: String, subject: String, answerBytes: Int, server: [Round], floor: [Round]
    ) throws(BenchError) {
        do throws(StatisticsError) {
            let paired = try PairedRatios(
                subject: server.map(\.processorMicrosecondsPerRequest),
                baseline: floor.map(\.processorMicrosecondsPerRequest)
            )
            let found = try paired.sample.medianInterval(confidence: 0.95)
            ratios = paired.byRound
            medianRatio = paired.median
            interval = Interval(lower: found.lower, upper: found.upper, confidence: found.confidence)
        } catch {
            throw .statistics(error)
        }
        self.scenario = scenario
        self.title = title
        self.subject = subject
        self.answerBytes = answerBytes
        self.server = server
        self.floor = floor
    }

    /// A table of both sides and a sentence on their ratio.
    func text() throws(BenchError) -> String {
        var table = Table([
            .init("server", .left), .init("CPU µs/request"), .init("min–max"), .init("in user mode"),
            .init("requests/s"), .init("core busy"), .init("others on core"),
        ])
        table.append(try Self.row(subject, server))
        table.append(try Self.row("floor", floor))
        let confidence = "\((interval.confidence * 100).fixed(1)) % interval"
        let range = "rounds \((ratios.min() ?? 0).fixed(3))–\((ratios.max() ?? 0).fixed(3))"
        return """
            ## \(scenario.rawValue): \(title)

            \(table.text)
            \(subject) costs **\(medianRatio.fixed(3)) ×** the floor's CPU a request: the median of \(ratios.count) paired \
            rounds; \(confidence) \(interval.lower.fixed(3))–\(interval.upper.fixed(3)); \(range). \
            Both answer with the same \(answerBytes) bytes.

            """
    }

    private static func row(_ name: String, _ rounds: [Round]) throws(BenchError) -> [String] {
        do throws(StatisticsError) {
            let cost = try Sample(rounds.map(\.processorMicrosecondsPerRequest))
            let user = try Sample(rounds.map { $0.userShare * $0.processorMicrosecondsPerRequest }).median
            let speed = try Sample(rounds.map(\.requestsPerSecond)).median
            let busy = try Sample(rounds.map(\.busyShare)).median
            let others = try Sample(rounds.map(\.othersShare)).median
            return [
                name, cost.median.fixed(3), "\(cost.minimum.fixed(3))–\(cost.maximum.fixed(3))", user.fixed(3),
                speed.fixed(0), "\((busy * 100).fixed(0)) %", "\((others * 100).fixed(0)) %",
            ]
        } catch {
            throw .statistics(error)
        }
    }
}

/// The result of `ringfort-bench floor`.
struct FloorReport: Codable {
    let machine: Machine
    let revision: String
    let seconds: Int
    let comparisons: [FloorComparison]

    /// Prints the report, and writes it into `folder` as `floor.md` and, with every round, as `floor.json`.
    func write(to folder: String) throws(BenchError) {
        var text = """
            # Beside the floor

            \(machine.sentence) Revision \(revision). \(seconds) s each half of a round; wrk with 1 thread and \
            \(Load.connections) connections. Figures are medians of the rounds.

            What the kernel spends on a request falls as a server gets busier, since each wake-up then serves more of them: \
            a server that does more can be given some of it back. So look at the time in user mode as well, which is the \
            program's own, and at how busy the core was.


            """
        for comparison in comparisons { text += try comparison.text() + "\n" }
        report("\n\(text)")
        try replaceFile(at: "\(folder)/floor.md", with: Data(text.utf8))
        try replaceFile(at: "\(folder)/floor.json", with: json(self))
        report("Written to \(folder)/floor.md and floor.json.")
    }
}
