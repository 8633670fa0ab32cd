import Bytes
import Foundation
import Testing

@testable import Ringfort

/// Keys that tests make for themselves, one of each algorithm, and tokens from them.
enum TestKeys {
    private static let keys: [SigningKey] = {
        do {
            let seed = [UInt8](repeating: 7, count: 32)
            let otherSeed = [UInt8](repeating: 9, count: 32)
            return [
                .hs256(try SymmetricSecret(seed.span.raw), id: try KeyID("test-hs256")),
                .edDSA(try Ed25519SecretKey(seed: seed.span.raw), id: try KeyID("test-eddsa")),
                .v4Public(try Ed25519SecretKey(seed: otherSeed.span.raw), id: try KeyID("test-v4public")),
                .v4Local(try LocalKey(seed.span.raw), id: try KeyID("test-v4local")),
                .v3Public(try P384SecretKey.random(), id: try KeyID("test-v3public")),
                .v3Local(try LocalKey(seed.span.raw), id: try KeyID("test-v3local")),
                .v2Public(try Ed25519SecretKey(seed: otherSeed.span.raw), id: try KeyID("test-v2public")),
                .v2Local(try LocalKey(seed.span.raw), id: try KeyID("test-v2local")),
            ]
        } catch {
            preconditionFailure("test keys can't be made: \(error)")
        }
    }()

    static func keyring() throws -> Keyring { try Keyring(signing: keys) }

    /// A token that the keyring's keys have signed.
    static func token(
        _ algorithm: Algorithm = .hs256, subject: String = "alice", scope: String = "", issuer: String? = nil,
        audience: String? = nil, lifetimeSeconds: Int64 = 600, ageSeconds: Int64 = 0
    ) throws -> String {
        let issuer = TokenContent(
            subject: subject, scope: scope, issuer: issuer, audience: audience, lifetimeSeconds: lifetimeSeconds)
        var token = ByteBuffer(capacity: 1024)
        try TokenIssuer(try keyring().signingKey(for: algorithm)).issue(
            issuer, nowUnixSeconds: Int64(Date().timeIntervalSince1970) - ageSeconds, into: &token)
        return String(token.bytes)
    }
}
