import Bytes
import Testing

@testable import Tokens

@Suite("A token verifier")
struct TokenVerifierTests {
    private static let now: Int64 = 1_700_000_000

    private static func jwt(_ claims: String, header: String = #"{"alg":"HS256","kid":"HS256-1"}"#) throws -> String {
        try TestToken.hs256(header: header, payload: claims, TestKeys.secret())
    }

    private static func verifier(_ policy: consuming ClaimsPolicy) throws -> TestVerifier {
        try TestVerifier(Keyring(signing: [TestKeys.signing(.hs256)]), policy: policy, now: now)
    }

    private static func verifier() throws -> TestVerifier { try verifier(ClaimsPolicy()) }

    @Test("reads the claims of each kind of token", arguments: Algorithm.allCases)
    func readsClaims(algorithm: Algorithm) throws {
        let key = try TestKeys.signing(algorithm)
        let dates = algorithm.format == .paseto ? #""exp":"2023-11-14T22:15:00Z""# : #""exp":1700000100"#
        let claims = #"{"sub":"jo","iss":"https://i",\#(dates),"scope":"delete:posts read:profile other","x":[1]}"#
        let token: String
        switch key.material {
        case .v4Public, .v4Local, .v3Public, .v3Local, .v2Public, .v2Local:
            token = try TestToken.paseto(key, payload: claims, footer: #"{"kid":"\#(key.id)"}"#)
        default:
            token = try TestToken.jwt(header: #"{"alg":"\#(algorithm)","kid":"\#(key.id)"}"#, payload: claims, key)
        }
        var verifier = try TestVerifier(Keyring(signing: [key]))
        let expected = Proof(
            subject: "jo", issuer: "https://i", payload: claims, scopes: ScopeSet("read:profile delete:posts"),
            expires: 1_700_000_100, keyID: key.id)
        #expect(try verifier.verify(token) == expected)
    }

    @Test("asks before it uses a key, and only when it knows which", arguments: Algorithm.allCases)
    func admission(algorithm: Algorithm) throws {
        let keyring = try Keyring(signing: [TestKeys.signing(.hs256, 2), TestKeys.signing(algorithm)])
        let unknown = try Keyring(signing: [TestKeys.signing(algorithm, 9)])
        var verifier = TokenVerifier()
        var asked: [Int] = []
        func refusal(_ token: borrowing ByteBuffer) throws -> TokenError? {
            let policy = try ClaimsPolicy()
            let scopes = try ScopeTable()
            do throws(TokenError) {
                _ = try verifier.verify(
                    token.bytes, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: Self.now
                ) { key in
                    asked.append(key)
                    return key == 0
                }
                return nil
            } catch {
                return error
            }
        }
        #expect(try refusal(keyring.forgery(keyIndex: 1)) == .notAdmitted)
        #expect(try refusal(keyring.forgery(keyIndex: 0)) == .signatureMismatch)
        #expect(asked == [1, 0])
        #expect(try refusal(unknown.forgery(keyIndex: 0)) == .unknownKey)
        #expect(asked == [1, 0])
    }

    @Test("unescapes names and texts, and keeps the payload as it was sent")
    func unescapes() throws {
        let claims =
            #"{"\u0073ub":"j\u00f6\/","iss":"https:\/\/i","exp":1700000100,"scope":"delete\u003aposts","aud":"\u0061pi"}"#
        var verifier = try Self.verifier(ClaimsPolicy(issuer: "https://i", audience: "api"))
        let proof = try verifier.verify(Self.jwt(claims, header: #"{"\u0061lg":"HS\u003256","kid":"\u0048S256-1"}"#))
        #expect(proof.subject == "jö/")
        #expect(proof.issuer == "https://i")
        #expect(proof.payload == claims)
        #expect(proof.scopes == ScopeSet("delete:posts"))
    }

    @Test(
        "refuses times that are over, not yet come, too far ahead, missing or no numbers",
        arguments: [
            (#""exp":1700000000"#, nil), (#""exp":1699999971"#, nil), (#""exp":1699999970"#, TokenError.expired),
            (#""exp":1699999970.5"#, nil), (#""exp":1.69999997e9"#, .expired), (#""exp":-1"#, .expired),
            (#""exp":1700086430"#, nil), (#""exp":1700086431"#, .lifetimeTooLong), (#""exp":1e300"#, .lifetimeTooLong),
            (#""exp":9223372036854775807"#, .lifetimeTooLong), (#""exp":-9223372036854775808"#, .expired),
            (#""iat":1"#, .missingExpiry), (#""exp":"1700000100""#, .malformedClaims),
            (#""exp":null"#, .malformedClaims),
            (#""exp":true"#, .malformedClaims), (#""exp":[1700000100]"#, .malformedClaims),
            (#""exp":1e999"#, .malformedClaims),
            (#""exp":NaN"#, .malformedClaims), (#""exp":1700000100,"nbf":1700000030"#, nil),
            (#""exp":1700000100,"nbf":1700000031"#, .notYetValid),
            (#""exp":1700000100,"nbf":1700000030.1"#, .notYetValid),
            (#""exp":1700000100,"nbf":"0""#, .malformedClaims), (#""exp":1700000100,"iat":1700000030"#, nil),
            (#""exp":1700000100,"iat":1700000031"#, .issuedInFuture),
            (#""exp":1700000100,"iat":"0""#, .malformedClaims),
        ])
    func times(claims: String, refusal: TokenError?) throws {
        var verifier = try Self.verifier()
        #expect(verifier.refusal(try Self.jwt(#"{"sub":"jo",\#(claims)}"#)) == refusal, "\(claims)")
    }

    @Test(
        "refuses dates of a PASETO that are no texts or no dates",
        arguments: [
            (#""exp":"2023-11-14T22:13:20Z""#, nil), (#""exp":"2023-11-14T22:12:50+00:00""#, TokenError.expired),
            (#""exp":1700000100"#, .malformedClaims), (#""exp":"1700000100""#, .malformedClaims),
            (#""exp":"2023-11-14""#, .malformedClaims), (#""exp":"2023-11-14T22:13:20""#, .malformedClaims),
            (#""exp":"2023-11-14T22:13:20Z","nbf":"2023-11-14T22:13:51Z""#, .notYetValid),
            (#""exp":"2023-11-14T22:13:20Z","iat":"2023-11-14T22:13:51Z""#, .issuedInFuture),
            (#""exp":"2023-11-14T22:13:20\u005a""#, .malformedClaims),
            (#""iat":"2023-11-14T22:13:20Z""#, .missingExpiry),
        ])
    func pasetoTimes(claims: String, refusal: TokenError?) throws {
        let token = TestToken.v4Public(payload: #"{"sub":"jo",\#(claims)}"#, try TestKeys.ed25519())
        var verifier = try TestVerifier(Keyring(signing: [TestKeys.signing(.v4Public)]), now: Self.now)
        #expect(verifier.refusal(token) == refusal, "\(claims)")
    }

    @Test(
        "requires the issuer and the audience that are configured, byte for byte",
        arguments: [
            (#""iss":"i","aud":"api""#, nil), (#""iss":"i","aud":["x","api"]"#, nil),
            (#""aud":"api""#, TokenError.wrongIssuer),
            (#""iss":"I","aud":"api""#, .wrongIssuer), (#""iss":"i/","aud":"api""#, .wrongIssuer),
            (#""iss":["i"],"aud":"api""#, .malformedClaims), (#""iss":1,"aud":"api""#, .malformedClaims),
            (#""iss":"i""#, .wrongAudience), (#""iss":"i","aud":"apix""#, .wrongAudience),
            (#""iss":"i","aud":"ap""#, .wrongAudience), (#""iss":"i","aud":[]"#, .wrongAudience),
            (#""iss":"i","aud":["API"]"#, .wrongAudience), (#""iss":"i","aud":["api",1]"#, .malformedClaims),
            (#""iss":"i","aud":{"api":1}"#, .malformedClaims), (#""iss":"i","aud":null"#, .malformedClaims),
        ])
    func issuerAndAudience(claims: String, refusal: TokenError?) throws {
        var verifier = try Self.verifier(ClaimsPolicy(issuer: "i", audience: "api"))
        #expect(verifier.refusal(try Self.jwt(#"{"sub":"jo","exp":1700000100,\#(claims)}"#)) == refusal, "\(claims)")
    }

    @Test(
        "refuses a subject that is missing, no text, too long or has control characters",
        arguments: [
            (#""sub":"j""#, nil), (#""sub":"\#(String(repeating: "x", count: 255))""#, nil), (#""sub":"jö €""#, nil),
            (#""x":1"#, TokenError.invalidSubject), (#""sub":"""#, .invalidSubject), (#""sub":null"#, .malformedClaims),
            (#""sub":7"#, .malformedClaims), (#""sub":"\#(String(repeating: "x", count: 256))""#, .invalidSubject),
            (#""sub":"jo\n""#, .invalidSubject), (#""sub":"\u0000""#, .invalidSubject),
            (#""sub":"\u001b[31m""#, .invalidSubject),
            (#""sub":"\u007f""#, .invalidSubject), (#""sub":"\u009b""#, .invalidSubject),
            (#""sub":"long enough for a vector \u0085""#, .invalidSubject),
        ])
    func subject(claims: String, refusal: TokenError?) throws {
        var verifier = try Self.verifier()
        #expect(verifier.refusal(try Self.jwt(#"{"exp":1700000100,\#(claims)}"#)) == refusal, "\(claims)")
    }

    @Test(
        "takes a binding to a certificate, and none that could not be held to (RFC 7800, RFC 8705)",
        arguments: [
            (#"{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}"#, nil),
            (#"{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg"}"#, TokenError.malformedClaims),
            (#"{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2="}"#, .malformedClaims),
            (#"{"x5t#S256":"\u0062wcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}"#, .malformedClaims),
            (#"{"x5t#S256":7}"#, .malformedClaims), (#""x5t#S256""#, .malformedClaims), ("null", .malformedClaims),
            ("[]", .malformedClaims), ("{}", .unsupportedConfirmation),
            (#"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#, .unsupportedConfirmation),
            (#"{"kid":"x"}"#, .unsupportedConfirmation),
            (
                #"{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2","jkt":"x"}"#,
                .unsupportedConfirmation
            ),
        ])
    func confirmation(claim: String, refusal: TokenError?) throws {
        var verifier = try Self.verifier()
        #expect(verifier.refusal(try Self.jwt(#"{"sub":"jo","exp":1700000100,"cnf":\#(claim)}"#)) == refusal)
    }

    @Test("holds a binding to the certificate that is shown, byte by byte")
    func binding() throws {
        let hash = InlineArray<32, UInt8> { UInt8($0) }
        var content = TokenContent(subject: "jo")
        content.certificateHash = hash
        var token = ByteBuffer(capacity: 512)
        try TokenIssuer(TestKeys.signing(.hs256)).issue(content, nowUnixSeconds: Self.now, into: &token)
        let keyring = try Keyring(signing: [TestKeys.signing(.hs256)])
        let policy = try ClaimsPolicy()
        var verifier = TokenVerifier()
        let kept = ClaimsCopy(
            try verifier.verify(
                token.bytes, keyring: keyring, policy: policy, scopes: ScopeTable([]), nowUnixSeconds: Self.now))
        let payload = String(kept.view.payload)
        func refusal(_ claims: borrowing ClaimsCopy, _ hash: InlineArray<32, UInt8>?) -> TokenError? {
            do throws(TokenError) {
                try claims.view.check(.optional, CertificateThumbprint(hash))
                return nil
            } catch {
                return error
            }
        }
        #expect(payload.contains(#""cnf":{"x5t#S256":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#))
        #expect(refusal(kept, hash) == nil)
        #expect(refusal(kept, nil) == .noClientCertificate)
        for place in 0..<32 {
            var other = hash
            other[place] ^= 1
            #expect(refusal(kept, other) == .certificateMismatch)
        }
    }

    @Test(
        "reads scopes from a text or a list, and takes no other form",
        arguments: [
            (#""scope":"read:profile write:posts""#, "read:profile write:posts"), (#""scope":"""#, ""), (#""x":1"#, ""),
            (#""scp":["read:profile","delete:posts"]"#, "read:profile delete:posts"), (#""scp":[]"#, ""),
            (#""scp":["read:profile write:posts"]"#, ""),
            (#""scope":"read:profile  write:posts ""#, "read:profile write:posts"),
            (#""scope":"READ:PROFILE read:profil read:profilee read:* *""#, ""),
            (#""scp":["re\u0061d:profile"]"#, "read:profile"),
            (#""scope":["read:profile"]"#, nil), (#""scope":null"#, nil), (#""scope":{"read:profile":1}"#, nil),
            (#""scp":"read:profile""#, nil), (#""scp":["read:profile",1]"#, nil),
            (#""scope":"read:profile","scp":[]"#, nil),
        ])
    func scopes(claims: String, expected: String?) throws {
        var verifier = try Self.verifier()
        let token = try Self.jwt(#"{"sub":"jo","exp":1700000100,\#(claims)}"#)
        guard let expected else {
            #expect(verifier.refusal(token) == .malformedScope, "\(claims)")
            return
        }
        let scopes = try expected.isEmpty ? ScopeSet() : ScopeSet(validating: expected)
        #expect(try verifier.verify(token).scopes == scopes, "\(claims)")
    }

    @Test(
        "refuses claims that are no JSON object, have duplicates, bad UTF-8 or too much depth",
        arguments: [
            "", "1", "\"x\"", "[]", #"{"sub":"jo","exp":1700000100"#, #"{"sub":"jo","exp":1700000100}{}"#,
            #"{"sub":"jo","exp":1700000100,"sub":"admin"}"#, #"{"sub":"jo","exp":1700000100,"x":{"a":1,"\u0061":2}}"#,
            #"{"sub":"jo","exp":1700000100,"x":\#(String(repeating: "[", count: 32))\#(String(repeating: "]", count: 32))}"#,
            "\u{FEFF}" + #"{"sub":"jo","exp":1700000100}"#, #"{"sub":"\ud800","exp":1700000100}"#,
        ])
    func malformedClaims(claims: String) throws {
        var verifier = try Self.verifier()
        #expect(verifier.refusal(try Self.jwt(claims)) == .malformedClaims, "\(claims)")
    }

    @Test(
        "reads headers and claims to the depth of 32, and no deeper (CVE-2023-1370)",
        arguments: [(31, true), (32, false), (300, false)])
    func depth(lists: Int, isTaken: Bool) throws {
        let deep = String(repeating: "[", count: lists) + String(repeating: "]", count: lists)
        var verifier = try Self.verifier()
        let claims = #"{"sub":"jo","exp":1700000100}"#
        let header = #"{"alg":"HS256","kid":"HS256-1","x":\#(deep)}"#
        #expect(verifier.refusal(try Self.jwt(claims, header: header)) == (isTaken ? nil : .malformedHeader))
        let deepClaims = #"{"sub":"jo","exp":1700000100,"x":\#(deep)}"#
        #expect(verifier.refusal(try Self.jwt(deepClaims)) == (isTaken ? nil : .malformedClaims))
    }

    @Test(
        "holds the type against the policy",
        arguments: [
            (nil, nil, nil), (nil, "JWT", nil), (nil, "jwt", nil), (nil, "at+jwt", nil),
            (nil, "application/at+jwt", nil),
            (nil, "logout+jwt", TokenError.wrongType), (nil, "dpop+jwt", .wrongType), (nil, "", .malformedHeader),
            ("at+jwt", "at+jwt", nil), ("at+jwt", "AT+JWT", nil), ("at+jwt", "Application/AT+JWT", nil),
            ("application/at+jwt", "at+jwt", nil), ("at+jwt", nil, .wrongType), ("at+jwt", "JWT", .wrongType),
            ("at+jwt", "application/x/at+jwt", .wrongType), ("at+jwt", "at+jwt2", .wrongType),
        ] as [(String?, String?, TokenError?)])
    func type(required: String?, found: String?, refusal: TokenError?) throws {
        var verifier = try Self.verifier(ClaimsPolicy(type: required))
        let member = found.map { #","typ":"\#($0)""# } ?? ""
        let token = try Self.jwt(
            #"{"sub":"jo","exp":1700000100}"#, header: #"{"alg":"HS256","kid":"HS256-1"\#(member)}"#)
        // Twice, since the second time the header is known.
        #expect(verifier.refusal(token) == refusal)
        #expect(verifier.refusal(token) == refusal)
    }

    @Test("takes a token without a key's name only where one key can have made it")
    func namelessTokens() throws {
        let claims = #"{"sub":"jo","exp":1700000100}"#
        let token = try Self.jwt(claims, header: #"{"alg":"HS256"}"#)
        var one = try TestVerifier(
            Keyring(signing: [.hs256(TestKeys.secret(), id: KeyID("a")), TestKeys.signing(.edDSA)]))
        #expect(one.refusal(token) == nil)
        var two = try TestVerifier(
            Keyring(signing: [.hs256(TestKeys.secret(), id: KeyID("a")), .hs256(TestKeys.secret(), id: KeyID("b"))]))
        #expect(two.refusal(token) == .ambiguousKey)
        var none = try TestVerifier(Keyring(signing: [TestKeys.signing(.edDSA)]))
        #expect(none.refusal(token) == .unknownKey)

        let paseto = try TestToken.v4Public(payload: #"{"sub":"jo","exp":"2023-11-14T22:15:00Z"}"#, TestKeys.ed25519())
        var onePASETO = try TestVerifier(Keyring(signing: [TestKeys.signing(.v4Public), TestKeys.signing(.edDSA)]))
        #expect(onePASETO.refusal(paseto) == nil)
        var twoPASETO = try TestVerifier(
            Keyring(signing: [TestKeys.signing(.v4Public), TestKeys.signing(.v4Public, 2)]))
        #expect(twoPASETO.refusal(paseto) == .ambiguousKey)
    }

    @Test("finds the keys of two formats apart, though they have one name")
    func formatsApart() throws {
        let id = try KeyID("same")
        var verifier = try TestVerifier(
            Keyring(signing: [.edDSA(TestKeys.ed25519(1), id: id), .v4Public(TestKeys.ed25519(2), id: id)]))
        let jwt = try TestToken.edDSA(
            header: #"{"alg":"EdDSA","kid":"same"}"#, payload: #"{"sub":"jo","exp":1700000100}"#, TestKeys.ed25519(1))
        let paseto = try TestToken.v4Public(
            payload: #"{"sub":"jo","exp":"2023-11-14T22:15:00Z"}"#, footer: #"{"kid":"same"}"#, TestKeys.ed25519(2))
        #expect(verifier.refusal(jwt) == nil)
        #expect(verifier.refusal(paseto) == nil)
    }

    @Test("forgets a key with its keyring, though its headers were known")
    func keyringReplaced() throws {
        let token = try Self.jwt(#"{"sub":"jo","exp":1700000100}"#)
        var verifier = try Self.verifier()
        #expect(verifier.refusal(token) == nil)
        #expect(verifier.refusal(token) == nil)
        // The same key in another place is found again.
        verifier.keyring = try Keyring(signing: [TestKeys.signing(.hs256, 2), TestKeys.signing(.hs256)])
        #expect(try verifier.verify(token).keyID?.text == "HS256-1")
        verifier.keyring = try Keyring(signing: [.hs256(TestKeys.secret(2), id: KeyID("HS256-1"))])
        #expect(verifier.refusal(token) == .signatureMismatch)
        verifier.keyring = try Keyring()
        #expect(verifier.refusal(token) == .unknownKey)
    }

    @Test("lends claims that can be copied, and a view of the copy is as good")
    func copiedClaims() throws {
        let token = Array(try Self.jwt(#"{"sub":"j\u006f","iss":"i","exp":1700000100}"#).utf8)
        let keyring = try Keyring(signing: [TestKeys.signing(.hs256)])
        let policy = try ClaimsPolicy()
        var verifier = TokenVerifier()
        let kept = ClaimsCopy(
            try verifier.verify(
                token.span.raw, keyring: keyring, policy: policy, scopes: ScopeTable([]), nowUnixSeconds: Self.now))
        let copy = kept.view
        let (subject, issuer, payload) = (String(copy.subject), String(copy.issuer), String(copy.payload))
        #expect(subject == "jo")
        #expect(issuer == "i")
        #expect(payload == #"{"sub":"j\u006f","iss":"i","exp":1700000100}"#)
    }
}
