import Foundation
import Statistics

/// `ringfort-bench floor`: what a server adds to the least that its work can cost on this machine.
struct FloorBench {
    /// The server under test.
    enum Subject: String, CaseIterable {
        case ringfort
        case floor
    }

    static let usage = """
        usage: scripts/bench floor [OPTION ...]

        Measures the CPU time a request of `ringfort serve` against that of ringfort-floor, which answers with exactly the
        same bytes and does nothing else. Both have processor 0, wrk (1 thread, 64 connections) has processor 1; they are
        loaded in turn, round by round, and compared within each round.

          --scenario NAME   health, pipelined (16 deep) or profile (with tokens); all three without it
          --format NAME     the algorithm of the profile's tokens (default HS256)
          --tokens N        how many tokens take turns (default 1)
          --draw NAME       turn, or zipf: a few of the tokens often, most of them seldom (default turn)
          --token-cache N   how many verified tokens ringfort remembers (default 65536; 0 for none)
          --rounds N        rounds of each side (default 7; below 6 no 95 % interval can be stated)
          --seconds N       length of each side's half of a round (default 3)
          --subject NAME    ringfort, or floor: the floor against itself, which shows this machine's noise
          --out DIR         where the report and the JSON go (default .build/bench)

        On a machine that others are using: nice -n -10 scripts/bench floor (as root).
        """

    private let scenarios: [Scenario]
    private let rounds: Int
    private let seconds: Int
    private let subject: Subject
    private let tokens: LoadTokens
    private let tokenCache: Int
    private let setting: Setting
    private let commands: ServerCommand

    /// Reads the options of the command line.
    init(_ options: Options, setting: Setting) throws(BenchError) {
        let scenario = try options.choice("--scenario", of: Scenario.self)
        scenarios = scenario.map { [$0] } ?? Scenario.allCases
        rounds = try options.number("--rounds", in: 1...1000, standard: 7)
        seconds = try options.number("--seconds", in: 1...600, standard: 3)
        tokens = try LoadTokens(options)
        tokenCache = try options.number("--token-cache", in: 0...4_194_304, standard: 65_536)
        subject = try options.choice("--subject", of: Subject.self) ?? .ringfort
        self.setting = setting
        commands = ServerCommand(programs: setting.programs)
    }

    /// The options that `init` understands.
    static let options: Set<String> = [
        "--scenario", "--rounds", "--seconds", "--subject", "--format", "--tokens", "--draw", "--token-cache",
    ]

    /// Measures, printing as it goes, and writes the report.
    func run() throws(BenchError) {
        let machine = try setting.prepared()
        var comparisons: [FloorComparison] = []
        for scenario in scenarios { comparisons.append(try measure(scenario)) }
        let report = FloorReport(
            machine: machine,
            revision: setting.revision,
            seconds: seconds,
            comparisons: comparisons
        )
        try report.write(to: setting.results)
    }

    private func measure(_ scenario: Scenario) throws(BenchError) -> FloorComparison {
        let work = try WorkFolder(in: setting.results)
        let path = work.path
        let server = try startSubject(in: path)
        let token = try makeTokens(for: scenario, in: path)
        let request = scenario.request(port: server.port, token: token)
        let answer = try server.answer(to: request)

        try replaceFile(at: "\(path)/answer", with: Data(answer))
        let floorPort = try LoopbackClient.freePort()
        let floor = try RunningServer(
            commands.floor(port: floorPort, answer: "\(path)/answer"),
            port: floorPort,
            outputPath: "\(path)/floor.log"
        )
        guard try floor.answer(to: request) == answer else {
            throw .wrongAnswer("the floor does not answer with the server's bytes")
        }

        func half(_ server: borrowing RunningServer, seconds: Int) throws(BenchError) -> Round {
            try server.measure(
                load(scenario, port: server.port, tokens: token == nil ? nil : "\(path)/tokens", seconds: seconds),
                script: "\(setting.package)/Benchmarks/Load/wrk.lua",
                outputPath: "\(path)/wrk.log"
            )
        }
        report("\(scenario.rawValue): \(title(scenario)), \(answer.count) bytes each; warming up")
        _ = try half(server, seconds: 1)
        _ = try half(floor, seconds: 1)
        var (servers, floors): ([Round], [Round]) = ([], [])
        for index in 1...rounds {
            let (first, second) = (try half(server, seconds: seconds), try half(floor, seconds: seconds))
            servers.append(first)
            floors.append(second)
            let (cost, least) = (first.processorMicrosecondsPerRequest, second.processorMicrosecondsPerRequest)
            let figures = "\(subject.rawValue) \(cost.fixed(3)) µs, floor \(least.fixed(3)) µs"
            report("  round \(index)/\(rounds): \(figures), ratio \((cost / least).fixed(3))")
        }
        return try FloorComparison(
            scenario: scenario,
            title: title(scenario),
            subject: subject.rawValue,
            answerBytes: answer.count,
            server: servers,
            floor: floors
        )
    }

    private func startSubject(in folder: String) throws(BenchError) -> RunningServer {
        let port = try LoopbackClient.freePort()
        try makeFolder("\(folder)/data", permissions: 0o700)
        try tokens.makeKey(in: "\(folder)/data/keys")
        let command =
            switch subject {
            case .ringfort: commands.ringfort(port: port, data: "\(folder)/data", tokenCache: tokenCache)
            case .floor: commands.floor(port: port)
            }
        return try RunningServer(command, port: port, outputPath: "\(folder)/server.log")
    }

    /// Writes the tokens of the requests into the file `tokens`; returns the first, where the scenario asks for one.
    private func makeTokens(for scenario: Scenario, in folder: String) throws(BenchError) -> String? {
        guard let scope = scenario.scope, subject == .ringfort else { return nil }
        return try tokens.write("\(folder)/data/keys", scope: scope, to: "\(folder)/tokens")
    }

    private func title(_ scenario: Scenario) -> String {
        guard scenario.scope != nil else { return scenario.title }
        return "\(scenario.title) \(tokens.title), \(tokenCache == 0 ? "none" : "\(tokenCache)") remembered"
    }

    private func load(_ scenario: Scenario, port: UInt16, tokens: String?, seconds: Int) -> Load {
        Load(
            url: "http://127.0.0.1:\(port)\(scenario.path)", tokensPath: tokens, draw: self.tokens.draw.rawValue,
            depth: scenario.depth, seconds: seconds)
    }
}
