import Foundation
import Glibc
import Statistics
import Tokens

/// `ringfort-bench tokens`: what issuing and verifying a token costs, beside the bare primitive that it can't do without.
struct TokensBench {
    static let usage = """
        usage: scripts/bench tokens [OPTION ...]

        Issues and verifies tokens of each algorithm in one thread, from claims to text and from text to checked claims
        (signature, times, issuer, audience, scopes). The bare primitive takes turns with it, round by round: the same
        library with a prepared key, over as many bytes. A verifier is as warm as a server's: it has seen a token of the key.

          --algorithm NAME   one algorithm, such as ES256 or v4.public; all without it
          --rounds N         rounds of each (default 15; below 6 no 95 % interval can be stated)
          --milliseconds N   about how long each part of a round takes (default 10)
          --out DIR          where the report and the JSON go (default .build/bench)
        """

    /// The options that `init` understands.
    static let options: Set<String> = ["--algorithm", "--rounds", "--milliseconds"]

    private let algorithms: [Algorithm]
    private let rounds: Int
    private let milliseconds: Int
    private let setting: Setting

    /// Reads the options of the command line.
    init(_ options: Options, setting: Setting) throws(BenchError) {
        let name = options.text("--algorithm")
        algorithms = Algorithm.allCases.filter { name == nil || $0.description.lowercased() == name?.lowercased() }
        guard !algorithms.isEmpty else { throw .usage("there is no algorithm '\(name ?? "")'") }
        rounds = try options.number("--rounds", in: 1...10_000, standard: 15)
        milliseconds = try options.number("--milliseconds", in: 1...10_000, standard: 10)
        self.setting = setting
    }

    /// Measures, printing as it goes, and writes the report.
    func run() throws(BenchError) {
        let machine = try Machine.current()
        try makeFolder(setting.results, permissions: 0o755)
        var comparisons: [TokensComparison] = []
        for algorithm in algorithms {
            let comparison = try measure(algorithm)
            report(try comparison.progress())
            comparisons.append(comparison)
        }
        try TokensReport(machine: machine, revision: setting.revision, comparisons: comparisons)
            .write(to: setting.results)
    }

    private func measure(_ algorithm: Algorithm) throws(BenchError) -> TokensComparison {
        let subject = try TokensSubject(algorithm)
        let (claims, covered) = (subject.claimBytes, subject.signedMessage.count)
        switch algorithm {
        case .hs256: return try compare(subject, BareHMACSHA256(count: covered))
        case .hs384: return try compare(subject, BareHMACSHA512(.sha384, count: covered))
        case .hs512: return try compare(subject, BareHMACSHA512(.sha512, count: covered))
        case .rs256: return try compare(subject, BareSignature(.rsa(.sha256), count: covered))
        case .rs384: return try compare(subject, BareSignature(.rsa(.sha384), count: covered))
        case .rs512: return try compare(subject, BareSignature(.rsa(.sha512), count: covered))
        case .ps256: return try compare(subject, BareSignature(.pss(.sha256), count: covered))
        case .ps384: return try compare(subject, BareSignature(.pss(.sha384), count: covered))
        case .ps512: return try compare(subject, BareSignature(.pss(.sha512), count: covered))
        case .es256: return try compare(subject, BareSignature(.ec("prime256v1", .sha256), count: covered))
        case .es384, .v3Public: return try compare(subject, BareSignature(.ec("secp384r1", .sha384), count: covered))
        case .es512: return try compare(subject, BareSignature(.ec("secp521r1", .sha512), count: covered))
        case .edDSA, .ed25519, .v4Public, .v2Public:
            return try compare(subject, BareEd25519(seed: TokensSubject.seed, message: subject.signedMessage))
        case .v4Local: return try compare(subject, BareV4Local(count: claims, coveredCount: covered))
        case .v3Local: return try compare(subject, BareV3Local(count: claims, coveredCount: covered))
        case .v2Local: return try compare(subject, BareV2Local(count: claims))
        }
    }

    private func compare(
        _ subject: TokensSubject, _ primitive: some BarePrimitive
    ) throws(BenchError) -> TokensComparison {
        let verifying = try TokensSide(
            ours: TokensClock { (count) throws(BenchError) in try subject.verify(count) },
            bare: TokensClock { (count) throws(BenchError) in primitive.verify(count) },
            rounds: rounds, milliseconds: milliseconds)
        let signing = try TokensSide(
            ours: TokensClock { (count) throws(BenchError) in try subject.issue(count) },
            bare: TokensClock { (count) throws(BenchError) in primitive.sign(count) },
            rounds: rounds, milliseconds: milliseconds)
        return TokensComparison(
            algorithm: subject.algorithm.description, tokenBytes: subject.token.count, claimBytes: subject.claimBytes,
            library: primitive.library, verifying: verifying, signing: signing)
    }
}

/// Work whose repetitions are counted, and the thread's CPU time of them.
struct TokensClock {
    /// Does the work so many times, and returns how many times it went well.
    let run: (Int) throws(BenchError) -> Int

    /// What one repetition costs, in nanoseconds; what others run meanwhile does not count.
    func nanoseconds(_ repetitions: Int) throws(BenchError) -> Double {
        let start = Self.threadNanoseconds()
        let done = try run(repetitions)
        let end = Self.threadNanoseconds()
        guard done == repetitions else { throw .wrongAnswer("\(repetitions - done) of \(repetitions) went wrong") }
        return Double(end - start) / Double(repetitions)
    }

    /// How many repetitions fill the time of a round, found by doubling; warms up as well.
    func repetitions(filling milliseconds: Int) throws(BenchError) -> Int {
        var repetitions = 1
        while try nanoseconds(repetitions) * Double(repetitions) < Double(milliseconds) * 1e6 { repetitions *= 2 }
        return repetitions
    }

    static func threadNanoseconds() -> UInt64 {
        var time = timespec()
        // SAFETY: the kernel writes the time, which lives through the call.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
