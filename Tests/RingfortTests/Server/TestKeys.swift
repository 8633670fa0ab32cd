import Bytes
import Foundation
import Testing

@testable import Ringfort

/// Keys that tests make for themselves, one of each algorithm, and tokens from them.
enum TestKeys {
    private static let keys: [SigningKey] = {
        let directory = FileManager.default.temporaryDirectory.appending(path: "ringfort-keys-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        do {
            for algorithm in Algorithm.allCases {
                let id = try KeyID("test-\(algorithm.description.lowercased())")
                _ = try KeyDirectory.generate(algorithm, id: id, in: directory.path)
            }
            return try KeyDirectory(reading: directory.path).keyring.signingKeys
        } catch {
            preconditionFailure("test keys can't be made: \(error)")
        }
    }()

    static func keyring() throws -> Keyring { try Keyring(signing: keys) }

    /// A token of `alice` that holds at the time of a simulated network.
    static func simulatedToken(_ algorithm: Algorithm) throws -> String {
        let age = Int64(Date().timeIntervalSince1970) - 1_795_000_000
        return try token(algorithm, scope: "read:things", lifetimeSeconds: 3600, ageSeconds: age)
    }

    /// A token that the keyring's keys have signed.
    static func token(
        _ algorithm: Algorithm = .hs256, subject: String = "alice", scope: String = "", issuer: String? = nil,
        audience: String? = nil, lifetimeSeconds: Int64 = 600, ageSeconds: Int64 = 0,
        certificateHash: InlineArray<32, UInt8>? = nil
    ) throws -> String {
        var content = TokenContent(
            subject: subject, scope: scope, issuer: issuer, audience: audience, lifetimeSeconds: lifetimeSeconds)
        content.certificateHash = certificateHash
        var token = ByteBuffer(capacity: 1024)
        try TokenIssuer(try keyring().signingKey(for: algorithm)).issue(
            content, nowUnixSeconds: Int64(Date().timeIntervalSince1970) - ageSeconds, into: &token)
        return String(token.bytes)
    }
}
