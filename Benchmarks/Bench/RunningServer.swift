import Glibc

/// A server that was started for a measurement, and accepts connections.
struct RunningServer: ~Copyable {
    let port: UInt16
    private let child: ChildProcess

    /// The processor that servers have to themselves, as far as this program can see to it.
    static let processor = 0
    /// The processor of the load.
    static let loadProcessor = 1

    /// How long a server has until it accepts.
    private static let startMilliseconds = 10_000

    /// Starts `command` and waits until `port` accepts.
    init(_ command: [String], port: UInt16, outputPath: String) throws(BenchError) {
        var started = try ChildProcess(command, onProcessor: Self.processor, outputPath: outputPath)
        for _ in 0..<Self.startMilliseconds / 20 {
            try Interruption.check()
            if started.isOver() { break }
            if (try? LoopbackClient(port: port)) != nil {
                child = started
                self.port = port
                return
            }
            usleep(20_000)
        }
        throw started.failure()
    }

    /// The bytes that it answers `request` with; they must be a 200.
    func answer(to request: String) throws(BenchError) -> [UInt8] {
        let client = try LoopbackClient(port: port)
        let answer = try client.ask(request)
        guard answer.starts(with: "HTTP/1.1 200 ".utf8) else {
            throw .wrongAnswer("asked \(request.prefix { $0 != "\r\n" }), got \(LoopbackClient.statusLine(answer))")
        }
        return answer
    }

    /// How much of its memory is resident now.
    func residentBytes() throws(BenchError) -> Int {
        let path = "/proc/\(child.identifier)/status"
        for line in try readText(path).split(separator: "\n") where line.hasPrefix("VmRSS:") {
            if let kibibytes = line.split(separator: " ").compactMap({ Int($0) }).first { return kibibytes * 1024 }
        }
        throw .unreadable(path: path)
    }

    /// Puts load on it, and counts what that cost.
    func measure(_ load: Load, script: String, outputPath: String) throws(BenchError) -> Round {
        let before = try ProcessorTime(process: child.identifier, processor: Self.processor)
        let totals = try load.run(onProcessor: Self.loadProcessor, script: script, outputPath: outputPath)
        let after = try ProcessorTime(process: child.identifier, processor: Self.processor)
        let worked = Double(after.processNanoseconds - before.processNanoseconds)
        let occupied = Double(after.processorNanoseconds - before.processorNanoseconds)
        let (user, kernel) = (after.userTicks - before.userTicks, after.kernelTicks - before.kernelTicks)
        let elapsed = Double(totals.microseconds) * 1000
        return Round(
            requests: totals.requests,
            processorMicrosecondsPerRequest: worked / 1000 / Double(totals.requests),
            userShare: Double(user) / Double(max(user + kernel, 1)),
            requestsPerSecond: Double(totals.requests) / elapsed * 1e9,
            busyShare: worked / elapsed,
            othersShare: max(0, occupied - worked) / elapsed
        )
    }
}

/// One side's half of a round.
struct Round: Codable {
    let requests: Int
    /// What the whole server process has run, in user mode and in the kernel, over the requests answered.
    let processorMicrosecondsPerRequest: Double
    /// How much of that was in user mode: the program's own work.
    let userShare: Double
    let requestsPerSecond: Double
    /// The server's share of its processor; well below 1, the load was the limit and not the server.
    let busyShare: Double
    /// What others ran on the server's processor meanwhile; they cost it caches.
    let othersShare: Double
}
