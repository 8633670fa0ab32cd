import Bytes
import Foundation
import Tokens

/// The tokens of a load: of one algorithm, and how they are chosen for the requests.
struct LoadTokens {
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

    init(_ algorithm: Algorithm, count: Int, draw: Draw = .turn) {
        self.algorithm = algorithm
        self.count = count
        self.draw = draw
    }

    init(_ options: Options) throws(BenchError) {
        self.init(
            try Self.algorithm(options, "--format"),
            count: try options.number("--tokens", in: 1...100_000, standard: 1),
            draw: try options.choice("--draw", of: Draw.self) ?? .turn)
    }

    /// The algorithm that an option names; HS256 where it is not given.
    static func algorithm(_ options: Options, _ option: String) throws(BenchError) -> Algorithm {
        let name = options.text(option) ?? "HS256"
        guard let algorithm = Algorithm.allCases.first(where: { "\($0)".lowercased() == name.lowercased() }) else {
            throw .usage("\(option) is one of \(Algorithm.allCases), not '\(name)'")
        }
        return algorithm
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

    /// Writes tokens of one subject, made with the key of the directory, into a file, one in each line; returns the first.
    func write(_ directory: String, scope: String, to path: String) throws(BenchError) -> String {
        let made: [String]
        do {
            let key = try KeyDirectory(reading: directory).keyring.signingKey(for: algorithm)
            made = try Self.issue(count, TokenIssuer(key), scope: scope)
        } catch {
            throw .wrongAnswer("\(error)")
        }
        try replaceFile(at: path, with: Data((made.joined(separator: "\n") + "\n").utf8))
        return made[0]
    }

    private static func issue(
        _ count: Int, _ issuer: borrowing TokenIssuer, scope: String
    ) throws(IssueError) -> [String] {
        var tokens: [String] = []
        var buffer = ByteBuffer(capacity: 1_024)
        for _ in 0..<count {
            buffer.removeAll()
            try issuer.issue(
                TokenContent(subject: "bench", scope: scope, lifetimeSeconds: 7_200),
                nowUnixSeconds: Int64(time(nil)), into: &buffer)
            tokens.append(String(buffer.bytes))
        }
        return tokens
    }
}
