import Glibc
import Statistics
import TLSEngine
import TLSSupport

/// `ringfort-bench tls`: what the server's side of a handshake and of a record costs, beside OpenSSL used as its manual
/// shows it.
struct TLSBench {
    static let options: Set = ["--rounds"]

    static let usage = """
        usage: scripts/bench tls [--rounds N]

        The server's CPU time for handshakes (TLS 1.3, X25519, AES-128-GCM) and for records, of our sessions and of bare
        OpenSSL: memory BIOs, default settings. Both talk to the same client in memory, which is not counted, and take
        turns in each round; ratios are medians of each round's own.

          --rounds N   rounds of each, 3 to 1000 (default 15)
        """

    private let rounds: Int

    /// Reads the options of the command line.
    init(_ options: Options) throws(BenchError) {
        rounds = try options.number("--rounds", in: 3...1000, standard: 15)
    }

    /// Measures, and prints the figures.
    func run() throws(BenchError) {
        print(try Machine.current().sentence)
        var table = Table([.init("work", .left), .init("ringfort µs"), .init("bare OpenSSL µs"), .init("ratio")])
        let credentials = try TLSBenchCredentials()
        for kind in [TestCertificate.Kind.p256, .rsa2048] {
            let (ours, bare) = try credentials.sides(kind)
            table.append(
                try compare("full handshake, \(kind.rawValue)", ours, bare, TLSBenchWork.fullHandshake))
        }
        let (ours, bare) = try credentials.sides(.p256)
        table.append(try compare("resumed handshake", ours, bare, TLSBenchWork.resumedHandshake))
        for work in TLSRecordWork.all {
            table.append(try compare(work.name, ours, bare, work.run))
        }
        print("\n\(table.text)")
        print(
            """
            Memory of a session that is open and idle: \(try TLSBenchWork.idleBytes(ours)) bytes; bare OpenSSL, which \
            keeps its buffers: \(try TLSBenchWork.idleBytes(bare)).
            """)
    }

    private func compare(
        _ name: String, _ ours: any TLSBenchSide, _ bare: any TLSBenchSide,
        _ work: (any TLSBenchSide) throws(BenchError) -> Double
    ) throws(BenchError) -> [String] {
        var (subjects, baselines): ([Double], [Double]) = ([], [])
        // The first round warms caches up.
        for round in 0...rounds {
            try Interruption.check()
            let (subject, baseline) = (try work(ours), try work(bare))
            guard round > 0 else { continue }
            subjects.append(subject / 1000)
            baselines.append(baseline / 1000)
        }
        do throws(StatisticsError) {
            return [
                name, try Sample(subjects).median.fixed(2), try Sample(baselines).median.fixed(2),
                try PairedRatios(subject: subjects, baseline: baselines).median.fixed(2),
            ]
        } catch {
            throw .statistics(error)
        }
    }
}
