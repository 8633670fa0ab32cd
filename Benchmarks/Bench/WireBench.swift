import Bytes
import Foundation
import Glibc
import HTTPWire
import Statistics

/// `ringfort-bench wire`: what parsing a head and encoding an answer cost, beside what merely reading or copying the same
/// bytes costs on this machine.
struct WireBench {
    static let usage = """
        usage: scripts/bench wire [OPTION ...]

        Parses request heads of 40, 500 and 4096 bytes and encodes answers, in one thread. memchr over and memcpy of the same
        bytes take turns with them, round by round: they are the least that looking at and moving bytes can cost.

          --rounds N         rounds of each (default 15)
          --milliseconds N   about how long each runs in a round (default 20)
          --out DIR          where the report and the JSON go (default .build/bench)
        """

    /// The options that `init` understands.
    static let options: Set<String> = ["--rounds", "--milliseconds"]

    private let rounds: Int
    private let milliseconds: Int
    private let setting: Setting

    /// Reads the options of the command line.
    init(_ options: Options, setting: Setting) throws(BenchError) {
        rounds = try options.number("--rounds", in: 1...10_000, standard: 15)
        milliseconds = try options.number("--milliseconds", in: 1...10_000, standard: 20)
        self.setting = setting
    }

    /// Measures, and writes the report.
    func run() throws(BenchError) {
        let machine = try Machine.current()
        try makeFolder(setting.results, permissions: 0o755)
        var comparisons: [WireComparison] = []
        for head in SampleHead.allCases {
            let bytes = head.bytes
            comparisons.append(
                try compare("parse \(head.rawValue)", ParseHead(input: bytes), "memchr", ScanBytes(count: bytes.count))
            )
        }
        for answer in SampleAnswer.allCases {
            let encoding = EncodeAnswer(answer: answer)
            let copying = CopyBytes(count: encoding.byteCount)
            comparisons.append(try compare("encode \(answer.rawValue)", encoding, "memcpy", copying))
        }
        let report = WireReport(machine: machine, revision: setting.revision, comparisons: comparisons)
        try report.write(to: setting.results)
    }

    private func compare<Subject: WireWork, Baseline: WireWork>(
        _ name: String, _ subject: Subject, _ baselineName: String, _ baseline: Baseline
    ) throws(BenchError) -> WireComparison {
        let subjectRepetitions = try calibrate(subject)
        let baselineRepetitions = try calibrate(baseline)
        var (subjects, baselines): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            try Interruption.check()
            subjects.append(try nanoseconds(of: subject, repetitions: subjectRepetitions))
            baselines.append(try nanoseconds(of: baseline, repetitions: baselineRepetitions))
        }
        report("\(name): \(subject.byteCount) bytes, last round \((subjects.last ?? 0).fixed(1)) ns")
        return try WireComparison(
            name: name,
            byteCount: subject.byteCount,
            baselineName: baselineName,
            nanoseconds: subjects,
            baselineNanoseconds: baselines
        )
    }

    /// How many repetitions fill the time of a round, found by doubling; warms up as well.
    private func calibrate(_ work: some WireWork) throws(BenchError) -> Int {
        let wanted = Double(milliseconds) * 1e6
        var repetitions = 64
        while try nanoseconds(of: work, repetitions: repetitions) * Double(repetitions) < wanted { repetitions *= 2 }
        return repetitions
    }

    /// What one repetition costs, by the thread's own CPU clock: what others run meanwhile does not count.
    private func nanoseconds(of work: some WireWork, repetitions: Int) throws(BenchError) -> Double {
        let start = threadNanoseconds()
        let done = try work.run(repetitions)
        let end = threadNanoseconds()
        guard done == repetitions &* work.byteCount else {
            throw .wrongAnswer("a benchmark did \(done) bytes of work instead of \(repetitions * work.byteCount)")
        }
        return Double(end - start) / Double(repetitions)
    }

    private func threadNanoseconds() -> UInt64 {
        var time = timespec()
        // SAFETY: the kernel writes the time, which lives through the call.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
