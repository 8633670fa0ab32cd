import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("A token issuer")
struct TokenIssuerTests {
    private static let now: Int64 = 1_700_000_000

    private static func issue(
        _ algorithm: Algorithm, _ content: TokenContent, implicitAssertion: String = ""
    ) throws -> String {
        var buffer = ByteBuffer(capacity: 512)
        try TokenIssuer(TestKeys.signing(algorithm)).issue(
            content, implicitAssertion: implicitAssertion, nowUnixSeconds: now, into: &buffer)
        return String(buffer.bytes)
    }

    @Test("makes tokens that verify, with all that they were to say", arguments: Algorithm.allCases)
    func roundTrip(algorithm: Algorithm) throws {
        let content = TokenContent(
            subject: "jö \"quoted\" \\", scope: "read:profile delete:posts", issuer: "https://issuer.example",
            audience: "api", lifetimeSeconds: 60)
        let token = try Self.issue(algorithm, content)
        let keyring = try Keyring(verification: [TestKeys.signing(algorithm).verificationKey])
        var verifier = try TestVerifier(
            keyring, policy: ClaimsPolicy(issuer: "https://issuer.example", audience: "api"), now: Self.now)
        let proof = try verifier.verify(token)
        #expect(proof.subject == content.subject)
        #expect(proof.issuer == content.issuer)
        #expect(proof.scopes == ScopeSet("read:profile delete:posts"))
        #expect(proof.expires == Self.now + 60)
        #expect(proof.keyID?.text == "\(algorithm)-1")
        let claims = try #require(JSONSerialization.jsonObject(with: Data(proof.payload.utf8)) as? [String: Any])
        #expect(Set(claims.keys) == ["iss", "sub", "aud", "iat", "exp", "jti", "scope"])
        #expect((claims["jti"] as? String)?.wholeMatch(of: /[A-Za-z0-9_-]{22}/) != nil)
        verifier.now += 60 + 30
        #expect(verifier.refusal(token) == .expired)
    }

    @Test("writes the headers and footers that others expect")
    func headers() throws {
        let content = TokenContent(subject: "jo")
        let jwt = try Self.issue(.edDSA, content).split(separator: ".")
        #expect(String(jwt[0]) == Array(#"{"alg":"EdDSA","typ":"JWT","kid":"EdDSA-1"}"#.utf8).base64URL)
        let paseto = try Self.issue(.v4Public, content).split(separator: ".")
        #expect(paseto.prefix(2) == ["v4", "public"])
        #expect(String(paseto[3]) == Array(#"{"kid":"v4.public-1"}"#.utf8).base64URL)
    }

    @Test("gives each token an id of its own")
    func ids() throws {
        let tokens = try (0..<50).map { _ in try Self.issue(.hs256, TokenContent(subject: "jo")) }
        #expect(Set(tokens).count == 50)
    }

    @Test("covers an implicit assertion that is never sent")
    func implicitAssertion() throws {
        let token = try Self.issue(.v4Public, TokenContent(subject: "jo"), implicitAssertion: "tenant 7")
        let keyring = try Keyring(signing: [TestKeys.signing(.v4Public)])
        var right = try TestVerifier(keyring, policy: ClaimsPolicy(implicitAssertion: "tenant 7"), now: Self.now)
        #expect(right.refusal(token) == nil)
        var wrong = try TestVerifier(keyring, policy: ClaimsPolicy(implicitAssertion: "tenant 8"), now: Self.now)
        #expect(wrong.refusal(token) == .signatureMismatch)
        var none = try TestVerifier(keyring, now: Self.now)
        #expect(none.refusal(token) == .signatureMismatch)
    }

    @Test(
        "makes no token that no verifier would take",
        arguments: [
            (TokenContent(subject: ""), IssueError.invalidSubject), (TokenContent(subject: "a\nb"), .invalidSubject),
            (TokenContent(subject: String(repeating: "x", count: 256)), .invalidSubject),
            (TokenContent(subject: "jo", scope: "a  b"), .invalidScope),
            (TokenContent(subject: "jo", scope: "\""), .invalidScope),
            (TokenContent(subject: "jo", lifetimeSeconds: 0), .invalidLifetime),
            (TokenContent(subject: "jo", lifetimeSeconds: -1), .invalidLifetime),
            (TokenContent(subject: "jo", lifetimeSeconds: .max), .invalidLifetime),
            (TokenContent(subject: "jo", otherClaims: "[]"), .invalidClaims),
            (TokenContent(subject: "jo", otherClaims: #"{"a":1"#), .invalidClaims),
            (TokenContent(subject: "jo", otherClaims: #"{"a":1,"\u0073ub":"al"}"#), .invalidClaims),
            (TokenContent(subject: "jo", issuer: String(repeating: "x", count: 3_000)), .tooLong),
        ])
    func refused(content: TokenContent, expected: IssueError) throws {
        for algorithm in Algorithm.allCases {
            var buffer = ByteBuffer(capacity: 512)
            buffer.append("before")
            let issuer = try TokenIssuer(TestKeys.signing(algorithm))
            do throws(IssueError) {
                try issuer.issue(content, nowUnixSeconds: Self.now, into: &buffer)
                Issue.record("a token was made")
            } catch {
                #expect(error == expected)
            }
            #expect(buffer.bytes.equals("before") == true)
        }
    }
}
