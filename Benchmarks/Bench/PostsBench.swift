import Foundation
import Statistics
import Tokens

/// `ringfort-bench posts`: what the database and its workers cost, and what changes gain that share a commit.
struct PostsBench {
    static let usage = """
        usage: scripts/bench posts [OPTION ...]

        Loads one `ringfort serve` with one shard: requests for a post, which a worker reads from the database, in turn with
        requests for the profile, which the shard answers from memory; then new posts from 64 connections, which share
        commits, in turn with new posts from one, each of which is a commit. The server has processor 0, wrk processor 1.

          --rounds N        rounds of each side (default 7; below 6 no 95 % interval can be stated)
          --seconds N       length of each side's half of a round (default 2)
          --out DIR         where the report goes (default .build/bench)

        The database is in --out: what a commit costs is what that disk takes.
        """

    private let rounds: Int
    private let seconds: Int
    private let setting: Setting
    private let commands: ServerCommand

    /// Reads the options of the command line.
    init(_ options: Options, setting: Setting) throws(BenchError) {
        rounds = try options.number("--rounds", in: 1...1000, standard: 7)
        seconds = try options.number("--seconds", in: 1...600, standard: 2)
        self.setting = setting
        commands = ServerCommand(programs: setting.programs)
    }

    /// The options that `init` understands.
    static let options: Set<String> = ["--rounds", "--seconds"]

    /// What is asked of the server, again and again.
    private struct Work {
        let name: String
        let path: String
        var connections = Load.connections
        var document: String?
    }

    private static let post = Work(name: "a post, by a worker from the database", path: "/api/posts/121")
    private static let profile = Work(name: "the profile, by the shard from memory", path: "/api/profile")
    private static let document =
        #"{"title":"A post of some length","body":"\#(String(repeating: "word ", count: 100))"}"#
    private static let shared = Work(name: "new posts, 64 at once", path: "/api/posts", document: document)
    private static let alone = Work(
        name: "new posts, one at a time", path: "/api/posts", connections: 1, document: document)

    /// Measures, printing as it goes, and writes the report.
    func run() throws(BenchError) {
        let machine = try setting.prepared()
        let work = try WorkFolder(in: setting.results)
        let port = try LoopbackClient.freePort()
        let server = try RunningServer(
            commands.ringfort(port: port, data: "\(work.path)/data"), port: port, outputPath: "\(work.path)/log")
        _ = try LoadTokens(.hs256, count: 1).write(
            "\(work.path)/data/keys", scope: "read:profile write:posts", to: "\(work.path)/token")

        let reads = try compare(Self.post, Self.profile, on: server, in: work.path) {
            $0.processorMicrosecondsPerRequest
        }
        let writes = try compare(Self.shared, Self.alone, on: server, in: work.path) { $0.requestsPerSecond }
        try write(machine, reads, writes)
    }

    /// Both sides of a comparison, round by round.
    private struct Pair {
        let subject: Work
        let baseline: Work
        var subjectRounds: [Round] = []
        var baselineRounds: [Round] = []
        let figure: (Round) -> Double
    }

    private func compare(
        _ subject: Work, _ baseline: Work, on server: borrowing RunningServer, in folder: String,
        by figure: @escaping (Round) -> Double
    ) throws(BenchError) -> Pair {
        var pair = Pair(subject: subject, baseline: baseline, figure: figure)
        report("\(subject.name), against \(baseline.name)")
        for work in [subject, baseline] { _ = try measure(work, on: server, seconds: 1, in: folder) }
        for index in 1...rounds {
            let first = try measure(subject, on: server, seconds: seconds, in: folder)
            let second = try measure(baseline, on: server, seconds: seconds, in: folder)
            pair.subjectRounds.append(first)
            pair.baselineRounds.append(second)
            let (left, right) = (figure(first), figure(second))
            report("  round \(index)/\(rounds): \(left.fixed(2)), \(right.fixed(2)), ratio \((left / right).fixed(3))")
        }
        return pair
    }

    private func measure(
        _ work: Work, on server: borrowing RunningServer, seconds: Int, in folder: String
    ) throws(BenchError) -> Round {
        try server.measure(
            Load(
                url: "http://127.0.0.1:\(server.port)\(work.path)", tokensPath: "\(folder)/token", depth: 1,
                seconds: seconds,
                connections: work.connections, document: work.document),
            script: "\(setting.package)/Benchmarks/Load/wrk.lua", outputPath: "\(folder)/wrk.log")
    }

    private func write(_ machine: Machine, _ reads: Pair, _ writes: Pair) throws(BenchError) {
        let text = """
            # Posts in the database

            \(machine.sentence) Revision \(setting.revision). One shard; \(seconds) s each half of a round.

            \(try Self.table([reads, writes]))
            A post read from the database costs **\(try Self.ratio(reads))** the CPU time of the answer from memory. New \
            posts that share commits come at **\(try Self.ratio(writes))** the speed of those with one each.

            """
        report("\n\(text)")
        try replaceFile(at: "\(setting.results)/posts.md", with: Data(text.utf8))
        report("Written to \(setting.results)/posts.md.")
    }

    private static func table(_ pairs: [Pair]) throws(BenchError) -> String {
        var table = Table([.init("work", .left), .init("CPU µs/request"), .init("requests/s"), .init("core busy")])
        do throws(StatisticsError) {
            for pair in pairs {
                for (work, rounds) in [(pair.subject, pair.subjectRounds), (pair.baseline, pair.baselineRounds)] {
                    table.append([
                        work.name, try Sample(rounds.map(\.processorMicrosecondsPerRequest)).median.fixed(2),
                        try Sample(rounds.map(\.requestsPerSecond)).median.fixed(0),
                        "\((try Sample(rounds.map(\.busyShare)).median * 100).fixed(0)) %",
                    ])
                }
            }
        } catch {
            throw .statistics(error)
        }
        return table.text
    }

    private static func ratio(_ pair: Pair) throws(BenchError) -> String {
        do throws(StatisticsError) {
            let ratios = try PairedRatios(
                subject: pair.subjectRounds.map(pair.figure), baseline: pair.baselineRounds.map(pair.figure))
            let interval = try ratios.sample.medianInterval(confidence: 0.95)
            let confidence = (interval.confidence * 100).fixed(0)
            let range = "\(interval.lower.fixed(2))–\(interval.upper.fixed(2)), \(confidence) % interval"
            return "\(ratios.median.fixed(2)) × (\(range))"
        } catch {
            throw .statistics(error)
        }
    }
}
