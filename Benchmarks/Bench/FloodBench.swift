import Foundation
import Statistics
import Tokens

/// `ringfort-bench flood`: what callers notice of a flood of tokens that nobody has seen before.
struct FloodBench {
    static let usage = """
        usage: scripts/bench flood [OPTION ...]

        Loads one shard of `ringfort serve` with callers (wrk, 64 connections, GET /api/profile with one token), alone and
        beside a flood: 64 connections that bring as many different Ed25519 tokens as they can, all of them valid. Compares
        the callers' 99th percentile of latency, round by round in turn. The server has processor 0, all load processor 1.

          --callers FORMAT  the callers' token: HS256 (default) is verified in place, EdDSA needs a cache of tokens
          --tokens N        how many tokens the flood has (default 150000)
          --rounds N        rounds of each side (default 7; below 6 no 95 % interval can be stated)
          --seconds N       length of each side's half of a round (default 3)
          --out DIR         where the report and the JSON go (default .build/bench)
        """

    /// The options that `init` understands.
    static let options: Set<String> = ["--callers", "--tokens", "--rounds", "--seconds"]

    private let callers: LoadTokens
    private let tokens: LoadTokens
    private let rounds: Int
    private let seconds: Int
    private let setting: Setting
    private let commands: ServerCommand

    /// Reads the options of the command line.
    init(_ options: Options, setting: Setting) throws(BenchError) {
        callers = LoadTokens(try LoadTokens.algorithm(options, "--callers"), count: 1)
        tokens = LoadTokens(.edDSA, count: try options.number("--tokens", in: 1...1_000_000, standard: 150_000))
        rounds = try options.number("--rounds", in: 1...1000, standard: 7)
        seconds = try options.number("--seconds", in: 1...600, standard: 3)
        self.setting = setting
        commands = ServerCommand(programs: setting.programs)
    }

    /// Measures, printing as it goes, and writes the report.
    func run() throws(BenchError) {
        let machine = try setting.prepared()
        let work = try WorkFolder(in: setting.results)
        let port = try LoopbackClient.freePort()
        let data = "\(work.path)/data"
        let server = try RunningServer(
            commands.ringfort(port: port, data: data), port: port, outputPath: "\(work.path)/server.log")
        let caller = try callers.write("\(data)/keys", scope: Self.scope, to: "\(work.path)/caller")
        _ = try server.answer(to: Scenario.profile.request(port: port, token: caller))
        report("making \(tokens.count) tokens for the flood")
        _ = try tokens.write("\(data)/keys", scope: Self.scope, to: "\(work.path)/tokens")
        let load = Load(
            url: "http://127.0.0.1:\(port)\(Scenario.profile.path)", tokensPath: "\(work.path)/caller", depth: 1,
            seconds: seconds)
        try FloodReport(
            machine: machine, revision: setting.revision, callers: "\(callers.algorithm)",
            rounds: try measure(load, in: work.path)
        ).write(to: setting.results)
    }

    private func measure(_ load: Load, in folder: String) throws(BenchError) -> [FloodReport.Round] {
        var done: [FloodReport.Round] = []
        _ = try percentile(load, in: folder)
        for round in 1...rounds {
            let quiet = try percentile(load, in: folder)
            // Each flood goes on where the last one may have ended.
            var flood = try flood(load.url, first: round * tokens.count / rounds, in: folder)
            let flooded = try percentile(load, in: folder)
            let totals = try Load.Totals(of: try flood.output())
            done.append(
                FloodReport.Round(
                    alone: quiet, beside: flooded, verified: totals.requests - totals.refused, refused: totals.refused))
            let figures = "alone \(quiet.fixed(0)) µs, beside the flood \(flooded.fixed(0)) µs"
            report("  round \(round)/\(rounds): p99 \(figures), ratio \((flooded / quiet).fixed(2))")
        }
        return done
    }

    private func percentile(_ load: Load, in folder: String) throws(BenchError) -> Double {
        let script = "\(setting.package)/Benchmarks/Load/wrk.lua"
        return Double(
            try load.run(
                onProcessor: RunningServer.loadProcessor, script: script, outputPath: "\(folder)/wrk.log"
            ).p99Microseconds)
    }

    /// A flood that has begun, and outlives the callers' half of a round.
    private func flood(_ url: String, first: Int, in folder: String) throws(BenchError) -> ChildProcess {
        let started = "\(folder)/flood.started"
        try? FileManager.default.removeItem(atPath: started)
        var flood = try ChildProcess(
            [
                "sh", "-c", Self.yielding, "sh", "wrk", "--threads", "1", "--connections", String(Load.connections),
                "--duration", "\(seconds + 1)s", "--timeout", "5s", "--script",
                "\(setting.package)/Benchmarks/Load/wrk.lua", url,
            ],
            onProcessor: RunningServer.loadProcessor, outputPath: "\(folder)/flood.log",
            environment: [
                "RINGFORT_TOKENS": "\(folder)/tokens", "RINGFORT_FIRST": String(first), "RINGFORT_STARTED": started,
            ])
        // It reads its tokens first, on the callers' processor: that would be measured as if the server were slow.
        while !FileManager.default.fileExists(atPath: started) {
            guard !flood.isOver() else { throw flood.failure() }
            try Interruption.check()
            usleep(10_000)
        }
        return flood
    }

    /// The flood leaves the processor to the callers: their waiting for it would be measured as if the server were slow.
    private static let yielding = #"{ echo 19 >/proc/self/autogroup; } 2>/dev/null; exec nice -n 19 "$@""#

    private static let scope = "read:profile"
}
