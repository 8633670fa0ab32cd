import Foundation
import Statistics

/// `ringfort-bench forms`: what the forms of a handler cost beside one another.
struct FormsBench {
    /// Where a handler runs.
    private enum Form: String, CaseIterable {
        case shard
        case task
        case waitingTask = "waiting-task"
        case worker

        var title: String {
            switch self {
            case .shard: "on its shard"
            case .task: "async, and never waits"
            case .waitingTask: "async, and waits for its turn once"
            case .worker: "on a worker"
            }
        }
    }

    static let usage = """
        usage: scripts/bench forms [OPTION ...]

        Measures the CPU time a request of one answer whose handler runs on its shard, in a task, and on a worker, round by
        round in turn, on one server. It has processor 0, wrk (1 thread, 64 connections) processor 1.

          --rounds N        rounds of each form (default 7; below 6 no 95 % interval can be stated)
          --seconds N       length of each form's part of a round (default 2)
          --out DIR         where the report goes (default .build/bench)
        """

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
        let port = try LoopbackClient.freePort()
        let server = try RunningServer(
            ["\(setting.programs)/ringfort-forms", String(port)], port: port, outputPath: "\(work.path)/forms.log")
        for form in Form.allCases { _ = try load(form, server, in: work.path) }
        var costs: [Form: [Double]] = [:]
        for index in 1...rounds {
            for form in Form.allCases {
                costs[form, default: []].append(
                    try load(form, server, in: work.path).processorMicrosecondsPerRequest)
            }
            let figures = Form.allCases.map { "\($0.rawValue) \((costs[$0]?.last ?? 0).fixed(2)) µs" }
            report("  round \(index)/\(rounds): \(figures.joined(separator: ", "))")
        }
        let text = try table(costs, machine)
        report("\n\(text)")
        try replaceFile(at: "\(setting.results)/forms.md", with: Data(text.utf8))
    }

    private func load(
        _ form: Form, _ server: borrowing RunningServer, in folder: String
    ) throws(BenchError) -> Round {
        try server.measure(
            Load(url: "http://127.0.0.1:\(server.port)/\(form.rawValue)", depth: 1, seconds: seconds),
            script: "\(setting.package)/Benchmarks/Load/wrk.lua", outputPath: "\(folder)/wrk.log")
    }

    private func table(_ costs: [Form: [Double]], _ machine: Machine) throws(BenchError) -> String {
        var lines = [
            "# Forms of a handler", "",
            "\(machine.sentence) Revision \(setting.revision). \(rounds) rounds of \(seconds) s; 64 connections.", "",
            "| handler | CPU µs a request | × on its shard | interval |", "|---|---:|---:|---|",
        ]
        for form in Form.allCases {
            do throws(StatisticsError) {
                let paired = try PairedRatios(subject: costs[form] ?? [], baseline: costs[.shard] ?? [])
                let interval = try paired.sample.medianInterval(confidence: 0.95)
                let cost = try Sample(costs[form] ?? []).median.fixed(2)
                lines.append(
                    "| \(form.title) | \(cost) | \(paired.median.fixed(2)) "
                        + "| \(interval.lower.fixed(2))–\(interval.upper.fixed(2)) |")
            } catch {
                throw .statistics(error)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
