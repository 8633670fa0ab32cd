import Bytes
import Foundation
import Testing
import Tokens

@testable import TokenCache

extension RawSpan {
    /// A copy of the bytes.
    var array: [UInt8] { (0..<byteCount).map { self[$0] } }
}

/// Keys, tokens and the time of a test.
struct TestTokens {
    static let unixSeconds: Int64 = 1_700_000_000
    /// The monotonic clock's nanoseconds at that time.
    static let now: UInt64 = 5_000 * 1_000_000_000

    let keyring: Keyring
    let scopes: ScopeTable
    private let signingKeys: [SigningKey]

    init(_ algorithms: [Algorithm] = [.hs256]) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "ringfort-cache-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        for algorithm in algorithms { _ = try KeyDirectory.generate(algorithm, in: directory.path) }
        keyring = try KeyDirectory(reading: directory.path).keyring
        signingKeys = keyring.signingKeys
        scopes = try ScopeTable()
    }

    /// A token of the first key of the algorithm.
    func token(
        _ algorithm: Algorithm = .hs256, subject: String = "jo", scope: String = "", issuer: String? = nil,
        audience: String? = nil, lifetimeSeconds: Int64 = 900
    ) throws -> [UInt8] {
        var token = ByteBuffer(capacity: 1024)
        try TokenIssuer(keyring.signingKey(for: algorithm)).issue(
            TokenContent(
                subject: subject, scope: scope, issuer: issuer, audience: audience, lifetimeSeconds: lifetimeSeconds),
            nowUnixSeconds: Self.unixSeconds, into: &token)
        return token.bytes.array
    }

    /// What a verifier says of a token, in copies.
    func verify(_ token: [UInt8]) throws -> ProvenToken {
        var verifier = TokenVerifier()
        let claims = try verifier.verify(
            token.span.raw, keyring: keyring, policy: ClaimsPolicy(), scopes: scopes, nowUnixSeconds: Self.unixSeconds)
        return ProvenToken(token: token, claims: ClaimsCopy(claims))
    }
}

/// A verified token.
final class ProvenToken: Sendable {
    let token: [UInt8]
    let claims: ClaimsCopy

    init(token: [UInt8], claims: consuming ClaimsCopy) {
        self.token = token
        self.claims = claims
    }

    /// Another token that says the same.
    func renamed(_ token: [UInt8]) -> ProvenToken { ProvenToken(token: token, claims: Self.copy(claims)) }

    var table: ClaimsTable { Self.table(claims) }
    var bytes: [UInt8] { Self.bytes(claims) }

    // What a class holds can be borrowed for a call only.
    private static func copy(_ claims: borrowing ClaimsCopy) -> ClaimsCopy { ClaimsCopy(claims.view) }
    private static func table(_ claims: borrowing ClaimsCopy) -> ClaimsTable { claims.view.table }
    private static func bytes(_ claims: borrowing ClaimsCopy) -> [UInt8] { claims.view.bytes.array }

    @discardableResult
    func store(in cache: TokenCache, now: UInt64 = TestTokens.now) -> TokenCache.StoreOutcome {
        Self.store(token, claims, in: cache, now: now)
    }

    private static func store(
        _ token: [UInt8], _ claims: borrowing ClaimsCopy, in cache: TokenCache, now: UInt64
    ) -> TokenCache.StoreOutcome {
        cache.store(token.span.raw, at: cache.place(of: token.span.raw), claims.view, now: now)
    }

    /// The subject that the cache gives for the token; nil when it has to be verified.
    func subject(in cache: TokenCache, now: UInt64 = TestTokens.now) -> String? {
        let token = token
        var claims = ClaimsCopy()
        let isFound = cache.find(
            token.span.raw, at: cache.place(of: token.span.raw), keyringEpoch: table.keyringEpoch,
            scopesEpoch: table.scopesEpoch, now: now, into: &claims)
        return isFound ? String(claims.view.subject) : nil
    }
}
