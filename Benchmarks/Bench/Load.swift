import Foundation

/// A run of wrk against a server: one thread, keep-alive connections, as much as it can.
struct Load {
    let url: String
    /// A file with a token in each line; nil for requests without one.
    var tokensPath: String?
    /// A file with a path in each line, which requests ask for in turn instead of the URL's; nil for that alone.
    var pathsPath: String?
    /// How tokens are chosen: `turn` or `zipf`.
    var draw = "turn"
    let depth: Int
    let seconds: Int
    var connections = Load.connections
    /// A JSON document that is sent with each request, by POST; none is a GET.
    var document: String?

    static let connections = 64

    /// What wrk counted.
    struct Totals: Decodable {
        let requests: Int
        let microseconds: Int
        /// The latency that 99 of 100 requests did not exceed.
        let p99Microseconds: Int
        /// Answers with a status other than 2xx or 3xx.
        let refused: Int
        /// Errors of connecting, reading and writing, and time-outs.
        let broken: Int

        /// What `Benchmarks/Load/wrk.lua` has written at the end of a run.
        init(of output: String) throws(BenchError) {
            let mark = "TOTALS "
            guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix(mark) }),
                let totals = try? JSONDecoder().decode(Totals.self, from: Data(line.dropFirst(mark.count).utf8))
            else { throw .loadFailed("wrk said something else than its totals:\n\(output)") }
            self = totals
        }
    }

    /// Runs it on `processor` and waits for its end.
    ///
    /// - Throws: `BenchError.loadFailed` when anything but good answers came.
    func run(onProcessor processor: Int, script: String, outputPath: String) throws(BenchError) -> Totals {
        var command = ["wrk", "--threads", "1", "--connections", String(connections)]
        command += ["--duration", "\(seconds)s", "--timeout", "5s", "--script", script]
        var child = try ChildProcess(
            command + [url],
            onProcessor: processor,
            outputPath: outputPath,
            environment: [
                "RINGFORT_DEPTH": String(depth), "RINGFORT_TOKENS": tokensPath ?? "", "RINGFORT_DRAW": draw,
                "RINGFORT_DOCUMENT": document ?? "", "RINGFORT_PATHS": pathsPath ?? "",
            ]
        )
        let totals = try Totals(of: try child.output())
        guard totals.refused == 0, totals.broken == 0, totals.requests > 0 else {
            let what = "\(totals.requests) requests, \(totals.refused) refused, \(totals.broken) broken"
            throw .loadFailed("not all the work was done at \(url): \(what)")
        }
        return totals
    }
}
