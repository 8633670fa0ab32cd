import Foundation
import RingfortTesting

@testable import Ringfort

/// Keys that tests make for themselves, one of each algorithm, and tokens from them.
enum TestKeys {
    private static let mint = mint(Algorithm.allCases)
    /// Other keys, under the same names.
    private static let foreignMint = mint(TokenMint.usualAlgorithms)

    private static func mint(_ algorithms: [Algorithm]) -> TokenMint {
        do {
            return try TokenMint(algorithms)
        } catch {
            preconditionFailure("test keys can't be made: \(error)")
        }
    }

    /// A keyring of its own, with the keys that all of them have.
    static func keyring() throws -> Keyring { try Keyring(signing: mint.keyring.signingKeys) }

    /// A token of `alice` that holds at the time of a simulated network.
    static func simulatedToken(_ algorithm: Algorithm) throws -> String {
        let age = Int64(Date().timeIntervalSince1970) - 1_795_000_000
        return try token(algorithm, scope: "read:things", lifetimeSeconds: 3600, ageSeconds: age)
    }

    /// A token that the keyring's keys have signed, or, if it is forged, others that are called the same.
    static func token(
        _ algorithm: Algorithm = .hs256, subject: String = "alice", scope: String = "", issuer: String? = nil,
        audience: String? = nil, lifetimeSeconds: Int64 = 600, ageSeconds: Int64 = 0,
        certificateHash: InlineArray<32, UInt8>? = nil, isForged: Bool = false
    ) throws -> String {
        var content = TokenContent(
            subject: subject, scope: scope, issuer: issuer, audience: audience, lifetimeSeconds: lifetimeSeconds)
        content.certificateHash = certificateHash
        return try (isForged ? foreignMint : mint).token(
            content, algorithm, atUnixSeconds: Int64(Date().timeIntervalSince1970) - ageSeconds)
    }
}
