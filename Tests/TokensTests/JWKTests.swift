import Bytes
import Testing

@testable import Tokens

@Suite("A JSON web key")
struct JWKTests {
    private static let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    private static let d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
    private static let k = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"

    // RFC 7517 appendix A.2.
    private static let ecX = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
    private static let ecY = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
    private static let ecD = "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"
    private static let zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    private static let n =
        """
        0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3okn\
        jhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qM\
        QvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJz\
        KnqDKgw
        """
    private static let evenN = "\(n.dropLast())A"

    /// A power of 65537, as the moduli from the broken generator are modulo each small prime (CVE-2017-15361).
    private static let rocaN: String = {
        var number: [UInt8] = [1]
        for _ in 0..<128 {
            var product: [UInt8] = []
            var carry = 0
            // 65537 times the number: the number, and the number moved by two bytes. Lowest byte first.
            for offset in 0..<number.count + 2 {
                let low = offset < number.count ? Int(number[offset]) : 0
                let high = offset >= 2 ? Int(number[offset - 2]) : 0
                product.append(UInt8((low + high + carry) & 0xFF))
                carry = (low + high + carry) >> 8
            }
            if carry > 0 { product.append(UInt8(carry)) }
            number = product
        }
        return Array(number.reversed()).base64URL
    }()

    @Test(
        "is what its members allow it to be",
        arguments: [
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)"}"#, "EdDSA key file"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","alg":"EdDSA","use":"sig","kid":"k"}"#, "EdDSA key k"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","key_ops":["verify"],"x5c":["ignored"]}"#, "EdDSA key file"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(d)"}"#, "EdDSA signing key file"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(d)","key_ops":["sign"]}"#, "EdDSA signing key file"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(d)","key_ops":["verify"]}"#, "EdDSA key file"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","alg":"Ed25519"}"#, "Ed25519 key file"),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(d)","alg":"Ed25519"}"#, "Ed25519 signing key file"),
            (#"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecY)"}"#, "ES256 key file"),
            (
                #"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecY)","alg":"ES256","d":"\#(ecD)"}"#,
                "ES256 signing key file"
            ),
            (
                #"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecY)","d":"\#(ecD)","key_ops":["verify"]}"#,
                "ES256 key file"
            ),
            (#"{"kty":"RSA","n":"\#(n)","e":"AQAB","alg":"RS256"}"#, "RS256 key file"),
            (#"{"kty":"RSA","n":"\#(n)","e":"AQAB","alg":"PS512","use":"sig","key_ops":["verify"]}"#, "PS512 key file"),
            (#"{"kty":"RSA","n":"AAAA\#(n)","e":"AAEAAQ","alg":"PS512"}"#, "PS512 key file"),
            (#"{"kty":"oct","k":"\#(k)","alg":"HS384"}"#, "HS384 signing key file"),
            (#"{"kty":"oct","k":"\#(k)","alg":"HS512"}"#, "HS512 signing key file"),
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
            (#"{"kty":"OKP","kty":"oct"}"#, .malformedJWK), (#"{"kty":"EC"}"#, .unsupportedJWK(member: "crv")),
            (#"{"kty":"AKP"}"#, .unsupportedJWK(member: "kty")),
            (#"{"kty":"EC","crv":"P-256K","x":"\#(ecX)","y":"\#(ecY)"}"#, .unsupportedJWK(member: "crv")),
            (#"{"kty":"EC","crv":"secp256k1","x":"\#(ecX)","y":"\#(ecY)"}"#, .unsupportedJWK(member: "crv")),
            (#"{"kty":"EC","crv":"P-256","x":"\#(ecX)"}"#, .malformedJWK),
            (#"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecX)"}"#, .invalidPublicKey),
            (#"{"kty":"EC","crv":"P-256","x":"\#(zero)","y":"\#(zero)"}"#, .invalidPublicKey),
            (#"{"kty":"EC","crv":"P-256","x":"AA\#(ecX)","y":"\#(ecY)"}"#, .malformedJWK),
            (#"{"kty":"EC","crv":"P-256","x":"AAAA\#(ecX)","y":"\#(ecY)"}"#, .invalidPublicKey),
            (#"{"kty":"EC","crv":"P-384","x":"\#(ecX)","y":"\#(ecY)"}"#, .invalidPublicKey),
            (#"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecY)","alg":"ES384"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecY)","alg":"ES256K"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecY)","alg":"RS256"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecY)","d":"\#(zero)"}"#, .invalidSecretKey),
            (#"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecY)","d":"\#(ecX)"}"#, .invalidSecretKey),
            (#"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecY)","d":"AQ"}"#, .invalidSecretKey),
            (
                #"{"kty":"EC","crv":"P-256","x":"\#(ecX)","y":"\#(ecY)","key_ops":["encrypt"]}"#,
                .unsupportedJWK(member: "key_ops")
            ),
            (#"{"kty":"RSA","n":"\#(n)","e":"AQAB"}"#, .algorithmNotSaid),
            (#"{"kty":"RSA","n":"\#(n)","e":"AQAB","alg":"RSA-OAEP"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"RSA","n":"\#(n)","e":"AQAB","alg":"HS256"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"RSA","n":"\#(n)","e":"AQ","alg":"RS256"}"#, .weakRSAKey),
            (#"{"kty":"RSA","n":"\#(n)","e":"Ag","alg":"RS256"}"#, .weakRSAKey),
            (#"{"kty":"RSA","n":"\#(n)","e":"AQAA","alg":"RS256"}"#, .weakRSAKey),
            (#"{"kty":"RSA","n":"\#(n)","e":"AA","alg":"RS256"}"#, .weakRSAKey),
            (#"{"kty":"RSA","n":"\#(n)","e":"AQAAAAAAAAAB","alg":"RS256"}"#, .weakRSAKey),
            (#"{"kty":"RSA","n":"\#(n.dropLast(2))","e":"AQAB","alg":"RS256"}"#, .weakRSAKey),
            (#"{"kty":"RSA","n":"AQAB","e":"AQAB","alg":"RS256"}"#, .weakRSAKey),
            (#"{"kty":"RSA","n":"\#(rocaN)","e":"AQAB","alg":"RS256"}"#, .weakRSAKey),
            (#"{"kty":"RSA","n":"\#(evenN)","e":"AQAB","alg":"RS256"}"#, .invalidPublicKey),
            (#"{"kty":"RSA","n":"\#(n)","e":"AQAB","alg":"RS256","d":"AQAB"}"#, .malformedJWK),
            (#"{"kty":"RSA","n":"\#(n)","e":"AQAB","alg":"RS256","oth":[]}"#, .unsupportedJWK(member: "oth")),
            (
                #"{"kty":"RSA","n":"\#(n)","e":"AQAB","alg":"RS256","d":"AQAB","p":"Aw","q":"BQ","dp":"AQ","dq":"AQ","qi":"AQ"}"#,
                .invalidSecretKey
            ),
            (#"{"kty":"OKP","x":"\#(x)"}"#, .unsupportedJWK(member: "crv")),
            (#"{"kty":"OKP","crv":"X25519","x":"\#(x)"}"#, .unsupportedJWK(member: "crv")),
            (#"{"kty":"OKP","crv":"Ed25519"}"#, .malformedJWK),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)="}"#, .malformedJWK),
            (#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#, .invalidPublicKey),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","alg":"HS256"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","alg":"Ed448"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"OKP","crv":"Ed448","x":"\#(x)"}"#, .unsupportedJWK(member: "crv")),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","key_ops":["verify","verify"]}"#, .malformedJWK),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","key_ops":["verify","\u0076erify"]}"#, .malformedJWK),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","key_ops":[1]}"#, .malformedJWK),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","use":"enc"}"#, .unsupportedJWK(member: "use")),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","key_ops":["sign"]}"#, .unsupportedJWK(member: "key_ops")),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","key_ops":"verify"}"#, .malformedJWK),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(x)"}"#, .invalidSecretKey),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"AAAA"}"#, .invalidSecretKey),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","kid":""}"#, .invalidKeyID),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","kid":"a\n"}"#, .invalidKeyID),
            (#"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","kid":1}"#, .malformedJWK),
            (#"{"kty":"oct","k":"\#(k)"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"oct","k":"\#(k.prefix(60))","alg":"HS384"}"#, .secretTooShort),
            (#"{"kty":"oct","k":"\#(k.prefix(84))","alg":"HS512"}"#, .secretTooShort),
            (#"{"kty":"oct","k":"\#(k)","alg":"ES256"}"#, .unsupportedJWK(member: "alg")),
            (#"{"kty":"oct","k":"\#(k)","alg":"A256KW"}"#, .unsupportedJWK(member: "alg")),
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
