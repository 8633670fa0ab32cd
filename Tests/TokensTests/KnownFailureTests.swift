import Testing

@testable import Tokens

/// What other verifiers got wrong, replayed.
@Suite("Known failures of others")
struct KnownFailureTests {
    private static let claims = #"{"sub":"jo","exp":1700000100}"#

    private static func verifier() throws -> TestVerifier {
        try TestVerifier(Keyring(signing: Algorithm.allCases.map { try TestKeys.signing($0) }))
    }

    private static func hs256(_ header: String, _ secret: SymmetricSecret? = nil) throws -> String {
        try TestToken.hs256(header: header, payload: claims, secret ?? TestKeys.secret())
    }

    @Test("algorithm confusion: a public key is no HMAC secret (CVE-2015-9235, CVE-2026-34950)")
    func algorithmConfusion() throws {
        let publicKey = try TestKeys.ed25519().publicKey
        var verifier = try Self.verifier()
        let withRawKey = try Self.hs256(#"{"alg":"HS256","kid":"EdDSA-1"}"#, SymmetricSecret(publicKey.bytes))
        #expect(verifier.refusal(withRawKey) == .algorithmMismatch)
        let nameless = try Self.hs256(#"{"alg":"HS256"}"#, SymmetricSecret(publicKey.bytes))
        #expect(verifier.refusal(nameless) == .signatureMismatch)
        for text in ["-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA", "\n -----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"]
        {
            #expect(throws: KeyError.secretIsPEM) { try SymmetricSecret(text) }
        }
    }

    @Test(
        "a public key in PEM is no HMAC secret, whatever the token says (CVE-2015-9235)",
        arguments: [Algorithm.rs256, .ps256, .es256, .es384])
    func confusionWithPEM(algorithm: Algorithm) throws {
        var verifier = try Self.verifier()
        let pem = algorithm == .rs256 || algorithm == .ps256 ? TestPEM.rsa : TestPEM.p256Public
        #expect(throws: KeyError.secretIsPEM) { try SymmetricSecret(pem) }
        // The attacker's library knows no such rule.
        for hmac in [Algorithm.hs256, .hs384, .hs512] {
            let header = Array(#"{"alg":"\#(hmac)","kid":"\#(algorithm)-1"}"#.utf8).base64URL
            let message = "\(header).\(Array(Self.claims.utf8).base64URL)"
            let code = HMACOfOthers.code(Array(pem.utf8), Array(message.utf8), hmac)
            #expect(verifier.refusal("\(message).\(code.base64URL)") == .algorithmMismatch)
        }
    }

    @Test(
        "an algorithm is no other's of the same key type",
        arguments: [
            (Algorithm.rs256, Algorithm.ps256), (.ps256, .rs256), (.rs256, .rs384), (.ps512, .ps256), (.es256, .es384),
            (.es512, .es256), (.edDSA, .ed25519), (.ed25519, .edDSA), (.hs512, .hs256),
        ])
    func otherAlgorithmOfTheKey(algorithm: Algorithm, claimed: Algorithm) throws {
        var verifier = try Self.verifier()
        let key = try TestKeys.signing(algorithm)
        for id in [key.id, try TestKeys.signing(claimed).id] {
            let token = try TestToken.jwt(header: #"{"alg":"\#(claimed)","kid":"\#(id)"}"#, payload: Self.claims, key)
            let refusal: TokenError = id == key.id ? .algorithmMismatch : .signatureMismatch
            // Both names of Ed25519 stand for one computation, and the test's keys for one key.
            #expect(verifier.refusal(token) == (id != key.id && algorithm.isEd25519 ? nil : refusal))
        }
    }

    @Test("r or s that is zero, n or beyond is refused (CVE-2022-21449)", arguments: ECCurve.allCases)
    func ecdsaRange(curve: ECCurve) throws {
        var verifier = try Self.verifier()
        let key = try TestKeys.signing(curve.algorithm)
        let header = Array(#"{"alg":"\#(curve.algorithm)","kid":"\#(key.id)"}"#.utf8).base64URL
        let message = "\(header).\(Array(Self.claims.utf8).base64URL)"
        let signature = try TestToken.signature(over: message, key)
        #expect(verifier.refusal("\(message).\(signature.base64URL)") == nil)
        let half = curve.coordinateBytes
        let (r, s) = (Array(signature.prefix(half)), Array(signature.suffix(half)))
        let zero = [UInt8](repeating: 0, count: half)
        let one: [UInt8] = zero.dropLast() + [1]
        let order = (0..<half).map { curve.order[$0] }
        let all = [UInt8](repeating: 0xFF, count: half)
        for other in [zero, one, order, all] {
            for altered in [r + other, other + s, other + other, s + r] {
                #expect(verifier.refusal("\(message).\(altered.base64URL)") == .signatureMismatch)
            }
        }
        for altered in [[0] + signature, signature + [0], r, Array(signature.dropLast()), signature + signature] {
            #expect(verifier.refusal("\(message).\(altered.base64URL)") == .signatureMismatch)
        }
    }

    @Test(
        "an RSA signature has the modulus's length",
        arguments: [Algorithm.rs256, .ps256])
    func rsaLengths(algorithm: Algorithm) throws {
        var verifier = try Self.verifier()
        let key = try TestKeys.signing(algorithm)
        let header = Array(#"{"alg":"\#(algorithm)","kid":"\#(key.id)"}"#.utf8).base64URL
        let message = "\(header).\(Array(Self.claims.utf8).base64URL)"
        let signature = try TestToken.signature(over: message, key)
        #expect(verifier.refusal("\(message).\(signature.base64URL)") == nil)
        let ones = [UInt8](repeating: 0xFF, count: signature.count)
        for altered in [
            [0] + signature, signature + [0], Array(signature.dropFirst()), Array(signature.dropLast()), ones,
        ] {
            #expect(verifier.refusal("\(message).\(altered.base64URL)") == .signatureMismatch)
        }
    }

    @Test("the algorithm none, however it is written (CVE-2015-9235)", arguments: ["none", "None", "NONE", "nOnE"])
    func algorithmNone(name: String) throws {
        var verifier = try Self.verifier()
        for kid in [#","kid":"HS256-1""#, ""] {
            let token = try Self.hs256(#"{"alg":"\#(name)"\#(kid)}"#)
            #expect(verifier.refusal(token) == .unsecuredToken)
            let unsigned = token.prefix(through: try #require(token.lastIndex(of: ".")))
            #expect(verifier.refusal(String(unsigned)) == .unsecuredToken)
        }
    }

    @Test(
        "the algorithm is the key's, byte for byte",
        arguments: [
            "hs256", "HS384", "HS512", "EdDSA", "Ed25519", "RS256", "PS256", "ES256", "HS256 ", "HS256\\u0000",
            "HS2560",
            "", "\\u006eone", "dir", "ES256K", "RS1", "v4.public", "PS512 ",
        ])
    func otherAlgorithm(name: String) throws {
        var verifier = try Self.verifier()
        #expect(verifier.refusal(try Self.hs256(#"{"alg":"\#(name)","kid":"HS256-1"}"#)) == .algorithmMismatch)
        let nameless = verifier.refusal(try Self.hs256(#"{"alg":"\#(name)"}"#))
        #expect(nameless == (Vectors.algorithm(name) == nil ? .algorithmMismatch : .signatureMismatch))
    }

    @Test(
        "an embedded or referenced key is never used (CVE-2018-0114)",
        arguments: [
            #""jwk":{"kty":"oct","k":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI","alg":"HS256"}"#,
            #""jku":"https://attacker.example/jwks.json""#, #""x5u":"https://attacker.example/c.pem""#,
            #""x5c":["MIIB"]"#,
        ])
    func embeddedKey(member: String) throws {
        var verifier = try Self.verifier()
        let attacker = try TestKeys.secret(2)
        #expect(verifier.refusal(try Self.hs256(#"{"alg":"HS256",\#(member)}"#, attacker)) == .signatureMismatch)
        let named = #"{"alg":"HS256","kid":"attacker",\#(member)}"#
        #expect(verifier.refusal(try Self.hs256(named, attacker)) == .unknownKey)
        // They are ignored, not an error: a token of ours may carry them.
        #expect(verifier.refusal(try Self.hs256(#"{"alg":"HS256","kid":"HS256-1",\#(member)}"#)) == nil)
    }

    @Test(
        "a critical extension is never ignored (CVE-2025-59420)",
        arguments: [
            #""crit":["b64"],"b64":false"#, #""crit":["exp"],"exp":1"#, #""crit":[]"#, #""crit":["alg","alg"]"#,
            #""crit":"exp""#, #""crit":null"#, #""crit":{}"#, #""b64":false"#, #""b64":true"#, #""\u0063rit":["x"]"#,
        ])
    func criticalExtension(member: String) throws {
        var verifier = try Self.verifier()
        let token = try Self.hs256(#"{"alg":"HS256","kid":"HS256-1",\#(member)}"#)
        #expect(verifier.refusal(token) == .criticalExtension)
    }

    @Test(
        "zero, blank and short signatures are refused (CVE-2022-21449, CVE-2020-28042)",
        arguments: [0, 1, 31, 32, 47, 48, 63, 64, 65, 95, 96, 97, 131, 132, 133, 255, 256, 257])
    func blankSignature(length: Int) throws {
        var verifier = try Self.verifier()
        let blank = [UInt8](repeating: 0, count: length).base64URL
        for algorithm in Algorithm.jwt {
            let header = Array(#"{"alg":"\#(algorithm)","kid":"\#(algorithm)-1"}"#.utf8).base64URL
            #expect(verifier.refusal("\(header).\(Array(Self.claims.utf8).base64URL).\(blank)") == .signatureMismatch)
        }
        let body = Array(#"{"sub":"jo","exp":"2023-11-14T22:15:00Z"}"#.utf8) + [UInt8](repeating: 0, count: length)
        #expect(verifier.refusal("v4.public.\(body.base64URL)") == .signatureMismatch)
    }

    @Test("a JWE and the JSON forms are refused by name, a nested token too (CVE-2023-51774)")
    func otherShapes() throws {
        var verifier = try Self.verifier()
        #expect(verifier.refusal("eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC") == .encryptedToken)
        #expect(verifier.refusal(#"{"payload":"e30","signatures":[]}"#) == .jsonSerialization)
        let nested = try Self.hs256(#"{"alg":"HS256","kid":"HS256-1","cty":"JWT"}"#)
        #expect(verifier.refusal(nested) == .nestedToken)
    }

    @Test(
        "thousands of dots are not worth an allocation (CVE-2025-30204)",
        arguments: [2, 3, 5, 6, 4_096, 4_097, 1_000_000])
    func dots(count: Int) throws {
        var verifier = try Self.verifier()
        let refusal = verifier.refusal(String(repeating: ".", count: count))
        switch count {
        case 2: #expect(refusal == .malformedHeader)
        case 4_097...: #expect(refusal == .tooLong)
        default: #expect(refusal == .wrongSegmentCount)
        }
    }

    @Test("giant parts are refused before they are decoded")
    func giantParts() throws {
        var verifier = try Self.verifier()
        let valid = try Self.hs256(#"{"alg":"HS256","kid":"HS256-1"}"#)
        #expect(verifier.refusal(valid + String(repeating: "A", count: 5_000)) == .tooLong)
        let header = String(repeating: "A", count: 1_368)
        #expect(verifier.refusal("\(header).e30.AAAA") == .headerTooLong)
        let footer = String(repeating: "A", count: 684)
        #expect(verifier.refusal("v4.public.\(String(repeating: "A", count: 88)).\(footer)") == .footerTooLong)
    }

    @Test(
        "times that are no numbers are refused (CVE-2026-44459)",
        arguments: ["\"x\"", "\"9999999999\"", "{}", "[]", "true"])
    func textualTimes(value: String) throws {
        var verifier = try Self.verifier()
        for claim in ["exp", "nbf", "iat"] {
            let exp = claim == "exp" ? "" : #","exp":1700000100"#
            let token = try TestToken.hs256(
                header: #"{"alg":"HS256","kid":"HS256-1"}"#, payload: #"{"sub":"jo","\#(claim)":\#(value)\#(exp)}"#,
                TestKeys.secret())
            #expect(verifier.refusal(token) == .malformedClaims)
        }
    }

    @Test("an altered PASETO footer, another version and another purpose are refused")
    func paseto() throws {
        var verifier = try Self.verifier()
        let key = try TestKeys.ed25519()
        let claims = #"{"sub":"jo","exp":"2023-11-14T22:15:00Z"}"#
        let token = TestToken.v4Public(payload: claims, footer: #"{"kid":"v4.public-1","x":1}"#, key)
        #expect(verifier.refusal(token) == nil)
        let segments = token.split(separator: ".").map(String.init)
        let footers: [(String, TokenError)] = [
            (#"{"kid":"v4.public-1","x":2}"#, .signatureMismatch), (#"{"kid":"v4.public-1"}"#, .signatureMismatch),
            ("opaque", .signatureMismatch), (#"{"kid":"v4.public-1","x":[1]}"#, .malformedFooter),
            (#"{"kid":"v4.public-1","kid":"x"}"#, .malformedFooter), (#"{"kid":1}"#, .malformedFooter),
            (#"{"kid":""}"#, .malformedKeyID), (#"{"kid":"EdDSA-1"}"#, .unknownKey), ("{", .malformedFooter),
        ]
        for (footer, refusal) in footers {
            let altered = "v4.public.\(segments[2]).\(Array(footer.utf8).base64URL)"
            #expect(verifier.refusal(altered) == refusal, "\(footer)")
        }
        #expect(verifier.refusal("v4.public.\(segments[2])") == .signatureMismatch)
        #expect(verifier.refusal("v4.public.\(segments[2]).") == .wrongSegmentCount)
        #expect(verifier.refusal(token + ".eA") == .wrongSegmentCount)
        for name in ["v1.public", "v1.local", "v4.PUBLIC", "v9.public", "v4.publicx", "v4.locale"] {
            #expect(verifier.refusal("\(name).\(segments[2]).\(segments[3])") == .unsupportedPASETO, "\(name)")
        }
        // The footer's key is one for v4.public.
        for name in ["v2.public", "v2.local", "v3.public", "v3.local", "v4.local"] {
            #expect(verifier.refusal("\(name).\(segments[2]).\(segments[3])") == .algorithmMismatch, "\(name)")
        }
    }

    @Test(
        "a header that is no plain object, names no algorithm or gives the wrong kinds is refused",
        arguments: [
            "[]", "\"HS256\"", "{}", #"{"alg":null}"#, #"{"alg":1}"#, #"{"alg":["HS256"]}"#,
            #"{"alg":"HS256","kid":1}"#,
            #"{"alg":"HS256","kid":null}"#, #"{"alg":"HS256","kid":{"HS256-1":1}}"#, #"{"alg":"HS256","typ":1}"#,
            #"{"alg":"HS256","alg":"HS256"}"#, #"{"alg":"none","\u0061lg":"HS256"}"#, #"{"alg":"HS256"}{}"#,
            #"{"alg":"HS256""#,
            "\u{FEFF}{\"alg\":\"HS256\"}", #"{"alg":"HS256","x":"\#u{7}"}"#, #"{"alg":"HS256","x":"\ud800"}"#,
        ])
    func malformedHeader(header: String) throws {
        var verifier = try Self.verifier()
        #expect(verifier.refusal(try Self.hs256(header)) == .malformedHeader, "\(header)")
    }

    @Test(
        "bytes that are no UTF-8 are refused in the header and in the claims",
        arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3]] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) throws {
        var verifier = try Self.verifier()
        let header = Array(#"{"alg":"HS256","kid":"HS256-1","x":""#.utf8)
        let claims = Array(#"{"sub":"jo","exp":1700000100,"x":""#.utf8)
        let end = Array(#""}"#.utf8)
        func token(_ header: [UInt8], _ claims: [UInt8]) throws -> String {
            let message = "\(header.base64URL).\(claims.base64URL)"
            return "\(message).\(try TestToken.signature(over: message, TestKeys.signing(.hs256)).base64URL)"
        }
        #expect(verifier.refusal(try token(header + end, claims + end)) == nil)
        #expect(verifier.refusal(try token(header + bytes + end, claims + end)) == .malformedHeader)
        #expect(verifier.refusal(try token(header + end, claims + bytes + end)) == .malformedClaims)
    }

    @Test(
        "a key's name is a key to the keyring and to nothing else",
        arguments: [
            ("HS256-1", nil), ("hs256-1", TokenError.unknownKey), ("HS256-1 ", .unknownKey),
            ("../HS256-1", .unknownKey),
            ("HS256-1\\u0000", .unknownKey), ("' OR 1=1 --", .unknownKey), ("HS256-", .unknownKey),
            ("", .malformedKeyID),
            (String(repeating: "x", count: 128), .unknownKey), (String(repeating: "x", count: 129), .malformedKeyID),
        ])
    func keyNames(name: String, refusal: TokenError?) throws {
        var verifier = try Self.verifier()
        #expect(verifier.refusal(try Self.hs256(#"{"alg":"HS256","kid":"\#(name)"}"#)) == refusal)
    }
}
