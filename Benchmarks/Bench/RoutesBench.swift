import Foundation
import Statistics

/// `ringfort-bench routes`: what a request costs a server with many routes, beside one with few.
struct RoutesBench {
    static let usage = """
        usage: scripts/bench routes [OPTION ...]

        Measures the CPU time a request of a server with ten thousand routes beside one with ten, which answers the same
        load with the same bytes, round by round in turn. Once all requests go to one route, and once to each of its server's
        routes in turn. A server has processor 0, wrk (1 thread, 64 connections) processor 1.

          --rounds N        rounds of each side (default 7; below 6 no 95 % interval can be stated)
          --seconds N       length of each side's half of a round (default 2)
          --out DIR         where the report goes (default .build/bench)

        scripts/instructions counts the instructions of the same requests.
        """

    private static let few = 10
    private static let many = 10_000

    /// Which of its routes a server is asked for.
    private enum Draw: String, CaseIterable {
        case one
        case each

        var title: String {
            switch self {
            case .one: "one route"
            case .each: "each route in turn"
            }
        }
    }

    private struct Comparison {
        var few: [Double] = []
        var many: [Double] = []
    }

    private let rounds: Int
    private let seconds: Int
    private let setting: Setting

    /// Reads the options of the command line.
    init(_ options: Options, setting: Setting) throws(BenchError) {
        rounds = try options.number("--rounds", in: 1...1000, standard: 7)
        seconds = try options.number("--seconds", in: 1...600, standard: 2)
        self.setting = setting
    }

    /// The options that `init` understands.
    static let options: Set<String> = ["--rounds", "--seconds"]

    /// Measures, printing as it goes, and writes the report.
    func run() throws(BenchError) {
        let machine = try setting.prepared()
        let work = try WorkFolder(in: setting.results)
        let few = try server(Self.few, in: work.path)
        let many = try server(Self.many, in: work.path)
        var lines: [String] = []
        for draw in Draw.allCases {
            let costs = try measure(draw, few, many, in: work.path)
            lines.append(try row(draw, costs))
        }
        let text = """
            # Many routes beside few

            \(machine.sentence) Revision \(setting.revision). \(rounds) rounds of \(seconds) s; 64 connections.

            | requests go to | CPU µs with \(Self.few) routes | with \(Self.many) | × | interval |
            |---|---:|---:|---:|---|
            \(lines.joined(separator: "\n"))

            """
        report("\n\(text)")
        try replaceFile(at: "\(setting.results)/routes.md", with: Data(text.utf8))
    }

    private func server(_ routes: Int, in folder: String) throws(BenchError) -> RunningServer {
        let port = try LoopbackClient.freePort()
        // As many paths for either side, so that wrk has the same work.
        let paths = (0..<Self.many).map { Self.path($0 % routes) }
        try replaceFile(at: Self.pathsFile(port, in: folder), with: Data((paths.joined(separator: "\n") + "\n").utf8))
        return try RunningServer(
            ["\(setting.programs)/ringfort-routes", String(port), String(routes)], port: port,
            outputPath: "\(folder)/routes-\(routes).log")
    }

    private static func pathsFile(_ port: UInt16, in folder: String) -> String { "\(folder)/paths-\(port)" }

    /// A path of the route `number` of ringfort-routes.
    private static func path(_ number: Int) -> String {
        func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "/api/group-\(digits(number / 100))/resource-\(digits(number % 100))/4711"
    }

    private func measure(
        _ draw: Draw, _ few: borrowing RunningServer, _ many: borrowing RunningServer, in folder: String
    ) throws(BenchError) -> Comparison {
        _ = try load(draw, few, in: folder)
        _ = try load(draw, many, in: folder)
        var costs = Comparison()
        for index in 1...rounds {
            let pair = (try load(draw, few, in: folder), try load(draw, many, in: folder))
            costs.few.append(pair.0)
            costs.many.append(pair.1)
            report(
                "  \(draw.title), round \(index)/\(rounds): \(pair.0.fixed(3)) µs with \(Self.few), "
                    + "\(pair.1.fixed(3)) µs with \(Self.many), ratio \((pair.1 / pair.0).fixed(3))")
        }
        return costs
    }

    private func load(
        _ draw: Draw, _ server: borrowing RunningServer, in folder: String
    ) throws(BenchError) -> Double {
        var load = Load(
            url: "http://127.0.0.1:\(server.port)\(Self.path(7))", depth: 1, seconds: seconds)
        if draw == .each { load.pathsPath = Self.pathsFile(server.port, in: folder) }
        return try server.measure(
            load, script: "\(setting.package)/Benchmarks/Load/wrk.lua", outputPath: "\(folder)/wrk.log"
        ).processorMicrosecondsPerRequest
    }

    private func row(_ draw: Draw, _ costs: Comparison) throws(BenchError) -> String {
        do throws(StatisticsError) {
            let paired = try PairedRatios(subject: costs.many, baseline: costs.few)
            let interval = try paired.sample.medianInterval(confidence: 0.95)
            let (few, many) = (try Sample(costs.few).median, try Sample(costs.many).median)
            return "| \(draw.title) | \(few.fixed(2)) | \(many.fixed(2)) | \(paired.median.fixed(3)) "
                + "| \(interval.lower.fixed(3))–\(interval.upper.fixed(3)) |"
        } catch {
            throw .statistics(error)
        }
    }
}
