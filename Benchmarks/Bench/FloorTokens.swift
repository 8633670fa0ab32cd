import Bytes
import Glibc
import Tokens

/// The tokens of a load: of one algorithm, and how they are chosen for the requests.
struct FloorTokens {
    /// Which token a request has.
    enum Draw: String, CaseIterable {
        /// The next one.
        case turn
        /// The first often, the last seldom: with a chance that falls as the rank rises.
        case zipf
    }

    let algorithm: Algorithm
    let count: Int
    let draw: Draw

    init(_ options: Options) throws(BenchError) {
        let name = options.text("--format") ?? "HS256"
        guard let algorithm = Algorithm.allCases.first(where: { "\($0)".lowercased() == name.lowercased() }) else {
            throw .usage("--format is one of \(Algorithm.allCases), not '\(name)'")
        }
        self.algorithm = algorithm
        count = try options.number("--tokens", in: 1...100_000, standard: 1)
        draw = try options.choice("--draw", of: Draw.self) ?? .turn
    }

    /// For a report.
    var title: String {
        count == 1 ? "with one \(algorithm) token" : "with \(count) \(algorithm) tokens, by \(draw.rawValue)"
    }

    /// Makes a key, the only one in the directory.
    func makeKey(in directory: String) throws(BenchError) {
        do throws(KeyChangeError) {
            _ = try KeyDirectory.generate(algorithm, in: directory)
        } catch {
            throw .wrongAnswer("\(error)")
        }
    }

    /// Tokens of one subject, made with the key of the directory.
    func make(_ directory: String, scope: String) throws(BenchError) -> [String] {
        do {
            let key = try KeyDirectory(reading: directory).keyring.signingKey(for: algorithm)
            return try Self.issue(count, TokenIssuer(key), scope: scope)
        } catch {
            throw .wrongAnswer("\(error)")
        }
    }

    private static func issue(
        _ count: Int, _ issuer: borrowing TokenIssuer, scope: String
    ) throws(IssueError) -> [String] {
        var tokens: [String] = []
        var buffer = ByteBuffer(capacity: 1_024)
        for _ in 0..<count {
            buffer.removeAll()
            try issuer.issue(
                TokenContent(subject: "bench", scope: scope, lifetimeSeconds: 3_600),
                nowUnixSeconds: Int64(time(nil)), into: &buffer)
            tokens.append(String(buffer.bytes))
        }
        return tokens
    }
}
