import Bytes
import Testing

@testable import Tokens

@Suite("A JSON web key")
struct JWKTests {
    private static let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    private static let d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
    private static let k = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"

    @Test(
        "is what its members allow it to be",
        arguments: [
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)"}"#, "EdDSA key file"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","alg":"EdDSA","use":"sig","kid":"k"}"#, "EdDSA key k"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","key_ops":["verify"],"x5c":["ignored"]}"#, "EdDSA key file"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(d)"}"#, "EdDSA signing key file"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(d)","key_ops":["sign"]}"#, "EdDSA signing key file"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(d)","key_ops":["verify"]}"#, "EdDSA key file"),
            (#"{"kty":"oct","k":"\#(k)","alg":"HS256"}"#, "HS256 signing key file"),
            (#"{"kty":"oct","k":"\#(k)","alg":"HS256","key_ops":["verify"]}"#, "HS256 key file"),
            (
                #"{"kty":"oct","k":"\#(k)","alg":"HS256","key_ops":["sign","verify"],"kid":"\u006b"}"#,
                "HS256 signing key k"
            ),
        ])
    func reads(text: String, expected: String) throws {
        switch try JWK.key(Array(text.utf8).span.raw, defaultID: KeyID("file")) {
        case .signing(let key): #expect(key.description == expected)
        case .verification(let key): #expect(key.description == expected)
        }
    }

    @Test(
        "is refused for what it lacks or asks for",
        arguments: [
            ("", KeyError.malformedJWK), ("[]", .malformedJWK), (#"{"kty":1}"#, .malformedJWK),
            ("{}", .unsupportedJWK(member: "kty")),
            (#"{"kty":"OKP","kty":"oct"}"#, .malformedJWK), (#"{"kty":"EC"}"#, .unsupportedJWK(member: "kty")),
            (#"{"kty":"OKP","x":"\#(x)"}"#, .unsupportedJWK(member: "crv")),
            (#"{"kty":"OKP","crv":"X25519","x":"\#(x)"}"#, .unsupportedJWK(member: "crv")),
            (#"{"kty":"OKP","crv":"Ed25519"}"#, .malformedJWK),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)="}"#, .malformedJWK),
            (#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#, .invalidPublicKey),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","alg":"HS256"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","alg":"Ed25519"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","use":"enc"}"#, .unsupportedJWK(member: "use")),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","key_ops":["sign"]}"#, .unsupportedJWK(member: "key_ops")),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","key_ops":"verify"}"#, .malformedJWK),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(x)"}"#, .invalidSecretKey),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"AAAA"}"#, .invalidSecretKey),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","kid":""}"#, .invalidKeyID),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","kid":"a\n"}"#, .invalidKeyID),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","kid":1}"#, .malformedJWK),
            (#"{"kty":"oct","k":"\#(k)"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"oct","k":"\#(k)","alg":"HS512"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"oct","k":"\#(k)","alg":"none"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"oct","alg":"HS256"}"#, .malformedJWK),
            (#"{"kty":"oct","k":"AAAA","alg":"HS256"}"#, .secretTooShort),
            (#"{"kty":"oct","k":"\#(k)","alg":"HS256","key_ops":["sign"]}"#, .unsupportedJWK(member: "key_ops")),
            (#"{"kty":"oct","k":"\#(k)","alg":"HS256","use":"enc"}"#, .unsupportedJWK(member: "use")),
        ])
    func refuses(text: String, error: KeyError) throws {
        let id = try KeyID("file")
        #expect(throws: error, "\(text)") { try JWK.key(Array(text.utf8).span.raw, defaultID: id) }
    }

    @Test("that is PEM text in base64url is no secret")
    func pemAsSecret() throws {
        let k = Array("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAHrnbu7wEfAP9".utf8).base64URL
        let text = #"{"kty":"oct","alg":"HS256","k":"\#(k)"}"#
        let id = try KeyID("file")
        #expect(throws: KeyError.secretIsPEM) { try JWK.key(Array(text.utf8).span.raw, defaultID: id) }
    }
}
