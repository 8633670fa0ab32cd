import Foundation
import Glibc
import Statistics

/// `ringfort-bench idle`: what connections cost that are open and say nothing.
struct IdleBench {
    static let usage = """
        usage: scripts/bench idle [OPTION ...]

        Opens idle keep-alive connections to one shard of `ringfort serve`, each after one answered request, and measures
        the server's resident memory a connection, and the CPU time a request of 64 active connections (wrk) beside them
        against the same load on a server without them, round by round in turn. Servers have processor 0, wrk processor 1.

          --connections N   how many are idle (default 10000)
          --rounds N        rounds of each side (default 7; below 6 no 95 % interval can be stated)
          --seconds N       length of each side's half of a round (default 2)
          --out DIR         where the report and the JSON go (default .build/bench)

        It needs --connections plus a hundred file descriptors here and in the server: ulimit -H -n says what there are.
        """

    private let connections: Int
    private let rounds: Int
    private let seconds: Int
    private let setting: Setting
    private let commands: ServerCommand

    /// Reads the options of the command line.
    init(_ options: Options, setting: Setting) throws(BenchError) {
        connections = try options.number("--connections", in: 1...25_000, standard: 10_000)
        rounds = try options.number("--rounds", in: 1...1000, standard: 7)
        seconds = try options.number("--seconds", in: 1...600, standard: 2)
        self.setting = setting
        commands = ServerCommand(programs: setting.programs)
    }

    /// The options that `init` understands.
    static let options: Set<String> = ["--connections", "--rounds", "--seconds"]

    /// Measures, printing as it goes, and writes the report.
    func run() throws(BenchError) {
        let machine = try setting.prepared()
        // The servers inherit it.
        try raiseDescriptorLimit(to: connections + Self.spareDescriptors)
        let work = try WorkFolder(in: setting.results)
        let least = try leastResidentBytes(in: work.path)
        let report = try measure(least, machine, in: work.path)
        try report.write(to: setting.results)
    }

    /// For the load, the servers' rings, keys and logs, and this program's own files.
    private static let spareDescriptors = 200

    /// What a server has resident whose tables hold no more than the active connections.
    private func leastResidentBytes(in folder: String) throws(BenchError) -> Int {
        let server = try start("least", connections: Load.connections, in: folder)
        try warmUp(server, in: folder)
        return try server.residentBytes()
    }

    private func measure(
        _ least: Int, _ machine: Machine, in folder: String
    ) throws(BenchError) -> IdleReport {
        let room = connections + Self.spareDescriptors / 2
        let alone = try start("alone", connections: room, in: folder)
        let beside = try start("beside", connections: room, in: folder)
        try warmUp(alone, in: folder)
        try warmUp(beside, in: folder)
        let empty = try beside.residentBytes()
        report("connecting \(connections) clients")
        let idle = try IdleClients(connections, port: beside.port)
        let full = try beside.residentBytes()
        report("resident: \(least) bytes with a small table, \(empty) with the large one, \(full) when it is full")

        var (without, with): ([Round], [Round]) = ([], [])
        for index in 1...rounds {
            // One request each keeps them from being closed as idle, and shows that all are open.
            try idle.touch()
            let first = try load(alone, in: folder)
            let second = try load(beside, in: folder)
            without.append(first)
            with.append(second)
            let (least, cost) = (first.processorMicrosecondsPerRequest, second.processorMicrosecondsPerRequest)
            let figures = "alone \(least.fixed(3)) µs, beside \(cost.fixed(3)) µs"
            report("  round \(index)/\(rounds): \(figures), ratio \((cost / least).fixed(3))")
        }
        try idle.touch()
        return try IdleReport(
            machine: machine, revision: setting.revision, seconds: seconds, connections: connections,
            residentBytes: .init(smallTable: least, largeTable: empty, full: full), alone: without, beside: with
        )
    }

    private func start(_ name: String, connections: Int, in folder: String) throws(BenchError) -> RunningServer {
        let port = try LoopbackClient.freePort()
        // One for the question whether it is there yet.
        let command = commands.ringfort(port: port, data: "\(folder)/\(name)", connections: connections + 1)
        return try RunningServer(command, port: port, outputPath: "\(folder)/\(name).log")
    }

    private func warmUp(_ server: borrowing RunningServer, in folder: String) throws(BenchError) {
        _ = try server.answer(to: Scenario.health.request(port: server.port, token: nil))
        _ = try load(server, in: folder)
    }

    private func load(_ server: borrowing RunningServer, in folder: String) throws(BenchError) -> Round {
        let url = "http://127.0.0.1:\(server.port)\(Scenario.health.path)"
        return try server.measure(
            Load(url: url, depth: Scenario.health.depth, seconds: seconds),
            script: "\(setting.package)/Benchmarks/Load/wrk.lua",
            outputPath: "\(folder)/wrk.log"
        )
    }
}

/// Connections that are open, and ask something only when told to.
private struct IdleClients {
    private final class Client {
        private let client: LoopbackClient

        init(port: UInt16) throws(BenchError) { client = try LoopbackClient(port: port) }

        func ask(_ request: String) throws(BenchError) -> [UInt8] { try client.ask(request) }
    }

    private var clients: [Client] = []
    private let request: String

    /// Connects `count` clients, each of which gets an answer.
    init(_ count: Int, port: UInt16) throws(BenchError) {
        request = Scenario.health.request(port: port, token: nil)
        for _ in 0..<count {
            try Interruption.check()
            clients.append(try Client(port: port))
        }
        try touch()
    }

    /// Has each ask once.
    func touch() throws(BenchError) {
        for client in clients {
            let answer = try client.ask(request)
            guard answer.starts(with: "HTTP/1.1 200 ".utf8) else {
                throw .wrongAnswer("an idle connection got \(LoopbackClient.statusLine(answer))")
            }
        }
    }
}

/// Lets this process, and those that it starts, have `count` descriptors.
private func raiseDescriptorLimit(to count: Int) throws(BenchError) {
    var limit = rlimit()
    // SAFETY: both calls are given a local of the type that they read or write.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
        throw .systemCall("getrlimit", code: errno)
    }
    guard limit.rlim_max >= rlim_t(count) else {
        throw .usage("\(count) descriptors are too many here (\(limit.rlim_max)): fewer --connections, or ulimit -H -n")
    }
    guard limit.rlim_cur < rlim_t(count) else { return }
    limit.rlim_cur = rlim_t(count)
    guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
        throw .systemCall("setrlimit", code: errno)
    }
}
