import Bytes
import Testing
import Tokens

@testable import RingfortCLI

@Suite("ringfort token inspect")
struct TokenInspectCommandTests {
    private static let now: Int64 = 1_795_506_750

    @Test("shows header, claims and times of a JWT, and says that nothing is verified")
    func jwt() {
        let token = Self.jwt(
            #"{"alg":"HS256","kid":"k","typ":"JWT"}"#,
            #"{"sub":"alice","exp":1795506570,"nbf":1795506800,"iat":1795500000.5,"list":[1, true, null, {"a":"b"}]}"#)
        let expected = """
            NOT VERIFIED: no key was used; anyone can have written this.

            JWT, \(token.utf8.count) bytes

            Header
              alg  "HS256"
              kid  "k"
              typ  "JWT"

            Claims
              sub   "alice"
              exp   1795506570  (2026-11-24T07:49:30Z, 3 minutes ago)
              nbf   1795506800  (2026-11-24T07:53:20Z, in 50 seconds)
              iat   1795500000.5  (2026-11-24T06:00:01Z, 1 hour ago)
              list  [1,true,null,{"a":"b"}]

            Besides
              signature of 3 bytes

            Problems
              expired 3 minutes ago
              not valid yet: valid in 50 seconds

            """
        #expect(run(token) == CommandOutcome(standardOutput: expected))
    }

    @Test("shows every kind of token that this server makes, without a problem", arguments: Algorithm.allCases)
    func ours(algorithm: Algorithm) throws {
        let keys = try TemporaryKeys([algorithm])
        let output = run(try keys.token(algorithm, now: Self.now)).standardOutput
        #expect(output.contains(keys.ids[0].text))
        #expect(!output.contains("Problems"), "\(output)")
        #expect(output.contains(#""alice""#) || output.contains("encrypted: only the key can open it"))
    }

    @Test("prints JSON")
    func json() {
        let token = Self.jwt(#"{"alg":"none"}"#, #"{"sub": "a"}"#, signature: "")
        let expected =
            #"{"verified":false,"kind":"JWT","bytes":\#(token.utf8.count),"header":{"alg":"none"},"footer":null,"#
            + #""claims":{"sub":"a"},"times":{},"notes":[],"problems":["signature: there is none","#
            + #""header: alg is none: nobody has signed this","#
            + #""claims: exp is missing, so that the token would live for ever"]}"#
        #expect(run(token, isJSON: true).standardOutput == expected + "\n")
    }

    @Test(
        "says where a token is malformed, and never fails",
        arguments: [
            ("", "there is no token"), ("hello", "neither a JWT nor a PASETO"), ("a.b", "this has 2"),
            ("a.b.c.d", "this has 4"), ("a.b.c.d.e", "encrypted token (JWE, five segments)"),
            ("{\"payload\":\"\"}", "only the compact form"), ("e30=.e30.AAAA", "header: padding ('=') at byte 3"),
            ("e30.e3 0.AAAA", "claims: a space at byte 6"), ("e30.e30.A+AA", "signature: '+' at byte 9"),
            ("e30.e30.A\u{1b}A", "signature: the byte 0x1b at byte 9"), ("e30.e30e3.AA", "as long as bytes 4 to 8"),
            ("e30.e31.AAAA", "claims: byte 6 of the token has bits that stand for nothing"),
            ("e30.W10.AAAA", "claims: this is JSON, but no object"),
            ("e30.eyJh.AAAA", "claims: the document ends too early"),
            ("e30.e30.", "signature: there is none"), ("e30.e30.AAAA", "signature: nothing but zeros"),
            ("e30.e30.AAAA", "header: alg is missing"), ("v4.public", "three or four parts"),
            ("v4.public.AAAA", "shorter than a signature"), ("v9.public.AAAA", "v9.public is not supported"),
            ("v1.local.AAAA", "v1.local is not supported"), ("v4.public.AA=", "body: padding"),
            ("v4.public.AAAA.", "footer: a dot with nothing behind it"), ("v4.\u{1b}[2J.AAAA", "v4.\\u{1b}[2J"),
        ]
    )
    func malformed(token: String, problem: String) {
        let outcome = run(token)
        #expect(outcome.status == 0 && outcome.standardError.isEmpty)
        #expect(outcome.standardOutput.hasPrefix("NOT VERIFIED"))
        #expect(outcome.standardOutput.contains(problem), "\(outcome.standardOutput)")
        #expect(run(token, isJSON: true).standardOutput.hasPrefix(#"{"verified":false,"#))
    }

    @Test(
        "says what is wrong with a header",
        arguments: [
            (#"{"alg":"NoNe"}"#, "alg is none"), (#"{"alg":"XS256"}"#, "not known here"), (#"{"alg":1}"#, "no text"),
            (#"{"alg":"HS256","crit":["x"]}"#, "crit asks"), (#"{"alg":"HS256","b64":false}"#, "b64 asks"),
            (#"{"alg":"HS256","cty":"JWT"}"#, "another token is inside"),
            (#"{"alg":"HS256","kid":7}"#, "kid is no text"),
            (#"{"alg":"HS256","jwk":{}}"#, "jwk in the header brings its own key: it is never used"),
            (#"{"alg":"HS256","alg":"none"}"#, "names a member twice"),
        ]
    )
    func headers(header: String, problem: String) {
        let output = run(Self.jwt(header, #"{"sub":"a","exp":1795506999}"#)).standardOutput
        #expect(output.contains(problem), "\(output)")
    }

    @Test(
        "says what is wrong with claims",
        arguments: [
            (#"{"sub":"a","exp":"1795506999"}"#, "exp is no number"), (#"{"exp":1795506999}"#, "sub is missing"),
            (#"{"sub":"a","exp":1e99}"#, "later than a server takes"), (#"{"sub":"a","exp":-1e99}"#, "expired"),
            (#"{"sub":"a","exp":1795506999,"iat":1795506999}"#, "issued in the future"),
            (#"{"sub":"a","exp":1795506999,"scope":["a"]}"#, "scope is no text"),
        ]
    )
    func claims(claims: String, problem: String) {
        let output = run(Self.jwt(#"{"alg":"HS256"}"#, claims)).standardOutput
        #expect(output.contains(problem), "\(output)")
    }

    @Test("shows both values of a name that stands twice, but gives scripts neither")
    func duplicates() {
        let token = Self.jwt(#"{"alg":"HS256"}"#, #"{"sub":"a","sub":"b","exp":1795506999}"#)
        #expect(run(token).standardOutput.contains("  sub  \"a\"\n  sub  \"b\"\n"))
        #expect(run(token, isJSON: true).standardOutput.contains(#""claims":null"#))
    }

    @Test("lets nothing through that steers a terminal")
    func terminal() {
        let texts = ["\\u001b]0;x\\u0007", "\u{7f}", "\u{9b}31m", "\u{202e}", "\u{2028}", "\u{e0001}"]
        let claims = #"{"sub":"a","exp":1795506999,"\#(texts[0])":"\#(texts.joined())"}"#
        for isJSON in [false, true] {
            let output = run(Self.jwt(#"{"alg":"HS256","kid":"\#(texts.joined())"}"#, claims), isJSON: isJSON)
            let unsafe = output.standardOutput.unicodeScalars.filter { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator: scalar != "\n"
                default: false
                }
            }
            #expect(unsafe.isEmpty)
            #expect(output.standardOutput.contains(#"\udb40\udc01"#))
        }
    }

    @Test("takes no notice of white space around a token")
    func whiteSpace() { #expect(TokenInput.trimmed(Array(" \t e30.e30.AA \r\n".utf8)) == Array("e30.e30.AA".utf8)) }

    private func run(_ token: String, isJSON: Bool = false) -> CommandOutcome {
        TokenInspectCommand.run(Array(token.utf8), isJSON: isJSON, nowUnixSeconds: Self.now)
    }

    /// A JWT that says this. Nobody has signed it.
    private static func jwt(_ header: String, _ claims: String, signature: String = "AQID") -> String {
        var token = ByteBuffer(capacity: 512)
        Base64URL.encode(Array(header.utf8).span.raw, into: &token)
        token.append(".")
        Base64URL.encode(Array(claims.utf8).span.raw, into: &token)
        token.append(".")
        return String(token.bytes) + signature
    }
}

@Suite("A moment")
struct MomentTests {
    @Test(
        "is told in its greatest whole unit",
        arguments: [
            (0, "now"), (1, "in 1 second"), (59, "in 59 seconds"), (60, "in 1 minute"), (119, "in 1 minute"),
            (7_200, "in 2 hours"), (86_400, "in 1 day"), (31_557_600, "in 1 year"), (-1, "1 second ago"),
            (-180, "3 minutes ago"), (-31_557_600 * 3, "3 years ago"), (.max, "in ages"),
        ] as [(Int64, String)]
    )
    func words(difference: Int64, words: String) {
        let now: Int64 = difference == .max ? -1 : 1_000_000_000
        let moment = Moment(unixSeconds: difference == .max ? .max : now + difference)
        #expect(moment.words(nowUnixSeconds: now) == words)
    }

    @Test(
        "has a date from 1970 to 9999",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_827_696, "2000-02-29T12:34:56Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (253_402_300_800, nil), (-1, nil),
        ] as [(Int64, String?)]
    )
    func dates(seconds: Int64, date: String?) { #expect(Moment(unixSeconds: seconds).date == date) }
}
