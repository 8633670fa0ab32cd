import Foundation
import Statistics

/// The result of `ringfort-bench idle`.
struct IdleReport: Codable {
    let machine: Machine
    let revision: String
    let seconds: Int
    let connections: Int
    let residentBytes: ResidentBytes
    let residentBytesPerConnection: Double
    let alone: [Round]
    let beside: [Round]
    /// The CPU time a request beside the idle connections over that without them, of each round.
    let ratios: [Double]
    let medianRatio: Double
    let lowerRatio: Double
    let upperRatio: Double
    let confidence: Double

    /// What the server had resident after the same load.
    struct ResidentBytes: Codable {
        /// With a table for the active connections only.
        let smallTable: Int
        /// With a table for all connections, none of which is open.
        let largeTable: Int
        /// With all of them open.
        let full: Int
    }

    private static let goalBytes = 512
    private static let goalRatio = 1.2

    init(
        machine: Machine, revision: String, seconds: Int, connections: Int, residentBytes: ResidentBytes,
        alone: [Round], beside: [Round]
    ) throws(BenchError) {
        do throws(StatisticsError) {
            let paired = try PairedRatios(
                subject: beside.map(\.processorMicrosecondsPerRequest),
                baseline: alone.map(\.processorMicrosecondsPerRequest)
            )
            let found = try paired.sample.medianInterval(confidence: 0.95)
            ratios = paired.byRound
            medianRatio = paired.median
            (lowerRatio, upperRatio, confidence) = (found.lower, found.upper, found.confidence)
        } catch {
            throw .statistics(error)
        }
        self.machine = machine
        self.revision = revision
        self.seconds = seconds
        self.connections = connections
        self.residentBytes = residentBytes
        residentBytesPerConnection = Double(residentBytes.full - residentBytes.smallTable) / Double(connections)
        self.alone = alone
        self.beside = beside
    }

    /// Prints the report, and writes it into `folder` as `idle.md` and, with every round, as `idle.json`.
    func write(to folder: String) throws(BenchError) {
        let table = Double(residentBytes.largeTable - residentBytes.smallTable) / Double(connections)
        let use = Double(residentBytes.full - residentBytes.largeTable) / Double(connections)
        let text = """
            # \(connections) idle connections

            \(machine.sentence) Revision \(revision). One shard; \(seconds) s each half of a round; wrk with 1 thread and \
            \(Load.connections) connections. The kernel's memory for sockets is not counted.

            Resident memory: **\(residentBytesPerConnection.fixed(0)) bytes** a connection (goal ≤ \(Self.goalBytes)): \
            \(table.fixed(0)) in the table before any is open, \(use.fixed(0)) since. The server has \
            \(residentBytes.smallTable) bytes with a table for \(Load.connections) connections, and \
            \(residentBytes.full) with all of them open.

            CPU time a request of the active connections: \(try Self.median(beside)) µs beside the idle ones, \
            \(try Self.median(alone)) µs without them: **\(medianRatio.fixed(3)) ×** (goal ≤ \(Self.goalRatio)), the median \
            of \(ratios.count) paired rounds; \((confidence * 100).fixed(1)) % interval \
            \(lowerRatio.fixed(3))–\(upperRatio.fixed(3)).

            """
        report("\n\(text)")
        try replaceFile(at: "\(folder)/idle.md", with: Data(text.utf8))
        try replaceFile(at: "\(folder)/idle.json", with: json(self))
        report("Written to \(folder)/idle.md and idle.json.")
    }

    private static func median(_ rounds: [Round]) throws(BenchError) -> String {
        do throws(StatisticsError) {
            return try Sample(rounds.map(\.processorMicrosecondsPerRequest)).median.fixed(3)
        } catch {
            throw .statistics(error)
        }
    }
}
