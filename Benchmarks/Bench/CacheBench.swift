import CAllocationCounter
import Statistics
import Tokens

/// `ringfort-bench cache`: what a token costs that was verified before, and how many of those are found in a flood.
struct CacheBench {
    static let usage = """
        usage: scripts/bench cache [OPTION ...]

        Finds tokens in the cache of verified tokens and judges them as a server does (policy, times, audience, issuer,
        revocations); verifies them; and looks for them in vain, verifies and stores them. The three take turns within each
        round, and are compared within it. Then counts how many of the tokens that come again are found among tokens
        that come once, in simulated time.

          --rounds N   rounds of each (default 15)
          --flood 0|1  whether to count hits in floods as well (default 1; takes a minute)
        """

    /// The options that `init` understands.
    static let options: Set<String> = ["--rounds", "--flood"]

    private let rounds: Int
    private let flood: Bool

    init(_ options: Options) throws(BenchError) {
        rounds = try options.number("--rounds", in: 6...1_000, standard: 15)
        flood = try options.number("--flood", in: 0...1, standard: 1) == 1
    }

    func run() throws(BenchError) {
        print(try Machine.current().sentence)
        var table = Table([
            .init("tokens (HS256)", .left), .init("bytes"), .init("hit ns"), .init("verification ns"), .init("× hit"),
            .init("a miss adds ns"), .init("allocations of a hit"), .init("of a miss"),
        ])
        for (name, count, issuerBytes) in [
            ("one", 1, 36), ("ten thousand in turn", 10_000, 36), ("one, large", 1, 1_600),
            ("two hundred in turn, large", 200, 1_600),
        ] {
            table.append(try row(name, CacheSubject(tokenCount: count, issuerBytes: issuerBytes)))
        }
        print("\n\(table.text)")
        guard flood else { return }
        print(try floods())
    }

    private func row(_ name: String, _ given: consuming CacheSubject) throws(BenchError) -> [String] {
        var subject = given
        var (hits, verifications, misses): ([Double], [Double], [Double]) = ([], [], [])
        var (hitAllocations, missAllocations): (UInt64, UInt64) = (0, 0)
        for round in 0..<rounds + 1 {
            try Interruption.check()
            let start = ringfort_thread_allocations()
            let hit = try subject.nanoseconds(.hit, 100_000)
            let middle = ringfort_thread_allocations()
            let verification = try subject.nanoseconds(.verification, 20_000)
            let end = ringfort_thread_allocations()
            let miss = try subject.nanoseconds(.miss, 20_000)
            hitAllocations = middle - start
            missAllocations = ringfort_thread_allocations() - end
            // The first round warms up.
            guard round > 0 else { continue }
            hits.append(hit)
            verifications.append(verification)
            misses.append(miss)
        }
        do throws(StatisticsError) {
            let added = try Sample(zip(misses, verifications).map { $0 - $1 }).median
            return [
                name, "\(subject.tokens[0].count)", try Sample(hits).median.fixed(1),
                try Sample(verifications).median.fixed(0),
                try PairedRatios(subject: verifications, baseline: hits).median.fixed(1), added.fixed(0),
                "\(hitAllocations)", "\(missAllocations)",
            ]
        } catch {
            throw .statistics(error)
        }
    }

    private func floods() throws(BenchError) -> String {
        var subject = try CacheSubject(tokenCount: 1, issuerBytes: 36)
        let sample = try subject.sample()
        var table = Table([
            .init("tokens that come again", .left), .init("no flood"), .init("half is flood"), .init("90 % is flood"),
        ])
        for (draw, tokens) in [
            (CacheFlood.Draw.zipf, 10_000), (.zipf, 100_000), (.uniform, 10_000), (.uniform, 50_000),
        ] {
            var cells = ["\(tokens), \(draw.rawValue)"]
            for percent in [0, 50, 90] {
                try Interruption.check()
                let flood = CacheFlood(draw: draw, tokens: tokens, floodPercent: percent)
                cells.append("\((try flood.hitRate(capacity: 65_536, sample) * 100).fixed(1)) %")
            }
            table.append(cells)
        }
        return """
            How many of the requests with tokens that come again find theirs, at 20,000 requests a second, in a cache of \
            65,536 entries. The flood's tokens are valid, and each comes once.

            \(table.text)
            """
    }
}
