import Bytes
import Testing

@testable import Tokens

@Suite("The key that a refused token asks for")
struct WantedKeyTests {
    private static func wanted(_ header: String, _ claims: String) throws -> String? {
        var token = ByteBuffer(capacity: 512)
        Base64URL.encode(Array(header.utf8).span.raw, into: &token)
        token.append(".")
        Base64URL.encode(Array(claims.utf8).span.raw, into: &token)
        token.append(".AAAA")
        return try wanted(token)
    }

    private static func wanted(_ token: borrowing ByteBuffer) throws -> String? {
        let policy = try ClaimsPolicy([IssuerRequirements(issuer: "a"), IssuerRequirements(issuer: "b")])
        var verifier = TokenVerifier()
        return verifier.wantedKey(of: token.bytes, policy: policy).map { "\($0.issuer) \($0.id?.text ?? "-")" }
    }

    @Test(
        "is that of the issuer whose token it says it is, by its name, where it has one",
        arguments: [
            (#"{"alg":"EdDSA","kid":"k"}"#, #"{"iss":"a"}"#, "0 k"),
            (#"{"alg":"EdDSA","kid":"k"}"#, #"{"iss":"b"}"#, "1 k"),
            (#"{"alg":"EdDSA"}"#, #"{"iss":"b"}"#, "1 -"), (#"{"alg":"EdDSA","kid":"\u006b"}"#, #"{"iss":"b"}"#, "1 k"),
        ])
    func named(header: String, claims: String, wanted: String) throws {
        #expect(try Self.wanted(header, claims) == wanted)
    }

    @Test(
        "is none where no key of any issuer of ours could be meant",
        arguments: [
            (#"{"alg":"EdDSA","kid":"k"}"#, #"{"iss":"c"}"#), (#"{"alg":"EdDSA","kid":"k"}"#, "{}"),
            (#"{"alg":"EdDSA","kid":"k\n"}"#, #"{"iss":"a"}"#), (#"{"alg":"EdDSA","kid":""}"#, #"{"iss":"a"}"#),
            (#"{"alg":"none","kid":"k"}"#, #"{"iss":"a"}"#), (#"{"alg":"EdDSA","kid":1}"#, #"{"iss":"a"}"#),
            ("", #"{"iss":"a"}"#), (#"{"alg":"EdDSA","kid":"k"}"#, "junk"),
        ])
    func nothing(header: String, claims: String) throws { #expect(try Self.wanted(header, claims) == nil) }

    @Test(
        "is none of a token that no published key can have made",
        arguments: ["v4.public.AAAA", "v4.local.AAAA", "a.b", ""])
    func otherFormats(text: String) throws {
        #expect(try Self.wanted(ByteBuffer(copying: text.utf8.span.raw)) == nil)
    }
}
