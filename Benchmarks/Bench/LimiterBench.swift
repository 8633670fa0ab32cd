import Foundation
import RateLimiting
import Statistics

/// `ringfort-bench limiter`: what a decision of the rate limiter costs, and how it holds when it fills up.
struct LimiterBench {
    static let usage = """
        usage: scripts/bench limiter [OPTION ...]

        Decides over requests of a thousand keys, whose buckets are in the cache, and of a million in random order, in the
        default table. A bare compare-and-swap of sixteen bytes in the cache takes turns with them, round by round: no
        decision can do without one. Then two threads with keys of their own against one, and a table that fills up.

          --rounds N         rounds of each (default 15; below 6 no 95 % interval can be stated)
          --milliseconds N   about how long each part of a round takes (default 20)
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

    /// Measures, printing as it goes, and writes the report.
    func run() throws(BenchError) {
        let machine = try Machine.current()
        try makeFolder(setting.results, permissions: 0o755)
        var comparisons: [LimiterComparison] = []
        for work in LimiterWork.allCases {
            let comparison = try measure(work)
            report("\(comparison.name): last round \((comparison.nanoseconds.last ?? 0).fixed(1)) ns")
            comparisons.append(comparison)
        }
        var scaling: [LimiterScaling] = []
        for keys in LimiterScaling.keyCounts { scaling.append(try LimiterScaling(keys: keys, rounds: rounds)) }
        let full = try [50, 75, 90].map { (percent) throws(BenchError) in try LimiterOccupancy(percent: percent) }
        try LimiterReport(
            machine: machine, revision: setting.revision, comparisons: comparisons, scaling: scaling, occupancies: full,
            residentBytesOfKey: try LimiterOccupancy.residentBytesOfKey()
        ).write(to: setting.results)
    }

    private func measure(_ work: LimiterWork) throws(BenchError) -> LimiterComparison {
        let subject = try LimiterSubject(work)
        let (ours, bare) = (TokensClock(run: subject.decide), TokensClock(run: BareSwap().run))
        let repetitions = try ours.repetitions(filling: milliseconds)
        let bareRepetitions = try bare.repetitions(filling: milliseconds)
        var (subjects, baselines): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            try Interruption.check()
            subjects.append(try ours.nanoseconds(repetitions))
            baselines.append(try bare.nanoseconds(bareRepetitions))
        }
        return LimiterComparison(name: work.rawValue, nanoseconds: subjects, bareNanoseconds: baselines)
    }
}
