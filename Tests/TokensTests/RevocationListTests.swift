import Bytes
import Testing

@testable import Tokens

@Suite("A list of revocations")
struct RevocationListTests {
    private static let now: Int64 = 1_700_000_000

    /// Whether a token with these claims is revoked, made with the key HS256-1 of two.
    private static func isRevoked(_ claims: String, by revocations: [Revocation]) throws -> Bool {
        let keyring = try Keyring(signing: [TestKeys.signing(.hs256, 2), TestKeys.signing(.hs256)])
        let token = try TestToken.hs256(
            header: #"{"alg":"HS256","kid":"HS256-1"}"#, payload: claims, TestKeys.secret())
        let list = RevocationList(revocations, keyring: keyring, nowUnixSeconds: now)
        var verifier = TokenVerifier()
        let proven = try verifier.verify(
            Array(token.utf8).span.raw, keyring: keyring, policy: ClaimsPolicy(), scopes: ScopeTable([]),
            nowUnixSeconds: now)
        do throws(TokenError) {
            try list.check(proven)
            return false
        } catch {
            #expect(error == .revoked)
            return true
        }
    }

    private static let claims = #"{"jti":"t1","sub":"jo","iss":"https://i","iat":1699999000,"exp":1700000100}"#

    private static func subject(
        _ subject: String, issuer: String? = nil, before: Int64 = now, until: Int64 = now + 1
    ) -> Revocation {
        .subject(subject, issuer: issuer, issuedBeforeUnixSeconds: before, untilUnixSeconds: until)
    }

    @Test(
        "refuses the tokens that it names",
        arguments: [
            .token(id: "t1", untilUnixSeconds: now + 1), subject("jo"), subject("jo", issuer: "https://i"),
            subject("jo", before: 1_699_999_001), .issuedBefore(unixSeconds: 1_699_999_001),
        ] as [Revocation])
    func revoked(revocation: Revocation) throws {
        #expect(try Self.isRevoked(Self.claims, by: [revocation]))
        let others: [Revocation] = [
            .token(id: "t0", untilUnixSeconds: Self.now + 1), Self.subject("al"), .issuedBefore(unixSeconds: 1),
        ]
        #expect(try Self.isRevoked(Self.claims, by: others + [revocation]))
        #expect(try Self.isRevoked(Self.claims, by: [revocation] + others))
    }

    @Test(
        "leaves all others alone",
        arguments: [
            .token(id: "t", untilUnixSeconds: now + 1), .token(id: "t11", untilUnixSeconds: now + 1),
            .token(id: "jo", untilUnixSeconds: now + 1), .token(id: "t1", untilUnixSeconds: now),
            subject("j"), subject("jo", issuer: "https://j"), subject("jo", issuer: "https:/"), subject("https://i"),
            subject("jo", before: 1_699_999_000), subject("jo", until: now),
            .issuedBefore(unixSeconds: 1_699_999_000),
        ] as [Revocation])
    func others(revocation: Revocation) throws {
        #expect(try !Self.isRevoked(Self.claims, by: [revocation]))
    }

    @Test("refuses all that a key has made, and nothing of another")
    func keys() throws {
        #expect(try Self.isRevoked(Self.claims, by: [.key(KeyID("HS256-1"))]))
        #expect(try !Self.isRevoked(Self.claims, by: [.key(KeyID("HS256-2")), .key(KeyID("hs256-1"))]))
    }

    @Test("refuses a token that doesn't say when it was made, where that counts")
    func withoutTime() throws {
        let claims = #"{"sub":"jo","exp":1700000100}"#
        #expect(try Self.isRevoked(claims, by: [.issuedBefore(unixSeconds: 1)]))
        #expect(try Self.isRevoked(claims, by: [Self.subject("jo", before: 1)]))
        #expect(try !Self.isRevoked(claims, by: [Self.subject("al", before: 1)]))
    }

    @Test("compares names as they are meant, not as they are spelled")
    func escapes() throws {
        let claims = #"{"jti":"t\u0031","sub":"j\u006f","iat":1699999000,"exp":1700000100}"#
        #expect(try Self.isRevoked(claims, by: [.token(id: "t1", untilUnixSeconds: Self.now + 1)]))
        #expect(try Self.isRevoked(claims, by: [Self.subject("jo")]))
    }

    @Test("keeps the stronger of two revocations of one thing, in either order")
    func union() throws {
        let weak = Self.subject("jo", before: 1, until: Self.now + 1)
        let strong = Self.subject("jo", before: Self.now, until: Self.now + 1)
        #expect(try Self.isRevoked(Self.claims, by: [weak, strong]))
        #expect(try Self.isRevoked(Self.claims, by: [strong, weak]))
        let times: [Revocation] = [.issuedBefore(unixSeconds: Self.now), .issuedBefore(unixSeconds: 1)]
        #expect(try Self.isRevoked(Self.claims, by: times))
    }

    @Test(
        "tells names apart by their bytes, however alike they look",
        arguments: [("jos\u{E9}", "jose\u{301}"), ("K", "\u{212A}")])
    func lookalikes(first: String, second: String) throws {
        for (one, other) in [(first, second), (second, first)] {
            let claims = #"{"jti":"\#(other)","sub":"\#(other)","iss":"i","iat":1699999000,"exp":1700000100}"#
            #expect(try Self.isRevoked(claims, by: [Self.subject(one), Self.subject(other)]))
            #expect(try Self.isRevoked(claims, by: [Self.subject(other), Self.subject(one)]))
            #expect(
                try Self.isRevoked(claims, by: [one, other].map { .token(id: $0, untilUnixSeconds: Self.now + 1) }))
            #expect(try !Self.isRevoked(claims, by: [Self.subject(one)]))
        }
    }

    @Test("takes a token for made in the second in which it was made, whatever the fraction")
    func fraction() throws {
        let claims = #"{"sub":"jo","iat":1699999000.5,"exp":1700000100}"#
        #expect(try Self.isRevoked(claims, by: [Self.subject("jo", before: 1_699_999_001)]))
        #expect(try !Self.isRevoked(claims, by: [Self.subject("jo", before: 1_699_999_000)]))
        #expect(RFC3339.unixSeconds("2023-11-14T22:13:20.5Z".utf8.span.raw, roundsUp: false) == Self.now)
        #expect(RFC3339.unixSeconds("2023-11-14T22:13:20.5Z".utf8.span.raw) == Self.now + 1)
    }

    @Test("refuses what another keyring has proven: its places of keys say nothing here")
    func otherKeyring() throws {
        let list = RevocationList(
            [.token(id: "x", untilUnixSeconds: Self.now + 1)], keyring: try Keyring(), nowUnixSeconds: Self.now)
        let keyring = try Keyring(signing: [TestKeys.signing(.hs256)])
        let token = Array(
            try TestToken.hs256(header: #"{"alg":"HS256"}"#, payload: Self.claims, TestKeys.secret()).utf8)
        var verifier = TokenVerifier()
        let proven = try verifier.verify(
            token.span.raw, keyring: keyring, policy: ClaimsPolicy(), scopes: ScopeTable([]), nowUnixSeconds: Self.now)
        var error: TokenError?
        do throws(TokenError) { try list.check(proven) } catch let found { error = found }
        #expect(error == .revoked)
    }
}
