import Testing

@testable import Tokens

@Suite("A token's limits")
struct TokenLimitTests {
    private static func verifier(_ id: String = "k") throws -> TestVerifier {
        let id = try KeyID(id)
        return try TestVerifier(
            Keyring(signing: [.hs256(TestKeys.secret(), id: id), .v4Public(TestKeys.ed25519(), id: id)]))
    }

    private static func text(_ count: Int) -> String { String(repeating: "x", count: count) }

    /// A token whose header and claims have so many bytes to fill them up.
    private static func jwt(kid: String = "k", headerPadding: Int = 0, claimsPadding: Int = 0) throws -> String {
        try TestToken.hs256(
            header: #"{"alg":"HS256","kid":"\#(kid)","x":"\#(text(headerPadding))"}"#,
            payload: #"{"sub":"jo","exp":1700000100,"x":"\#(text(claimsPadding))"}"#, TestKeys.secret())
    }

    /// A token with a footer of so many bytes.
    private static func paseto(kid: String = "k", footerBytes: Int) throws -> String {
        let start = #"{"kid":"\#(kid)","x":""#
        return TestToken.v4Public(
            payload: #"{"sub":"jo","exp":"2023-11-14T22:15:00Z"}"#,
            footer: start + text(footerBytes - start.count - 2) + #""}"#, try TestKeys.ed25519())
    }

    @Test("a token has up to 4,096 bytes", arguments: [(4_095, nil), (4_096, nil), (4_097, TokenError.tooLong)])
    func token(byteCount: Int, refusal: TokenError?) throws {
        // No base64url has one character more than a multiple of four, so the header makes up for what claims can't fill.
        let candidates = try (0..<4).flatMap { header in
            try (2_950..<3_010).map { try Self.jwt(headerPadding: header, claimsPadding: $0) }
        }
        let token = try #require(candidates.first { $0.utf8.count == byteCount })
        var verifier = try Self.verifier()
        #expect(verifier.refusal(token) == refusal)
    }

    @Test("a JOSE header has up to 1,024 bytes", arguments: [(1_024, nil), (1_025, TokenError.headerTooLong)])
    func header(byteCount: Int, refusal: TokenError?) throws {
        let empty = #"{"alg":"HS256","kid":"k","x":""}"#.utf8.count
        var verifier = try Self.verifier()
        #expect(verifier.refusal(try Self.jwt(headerPadding: byteCount - empty)) == refusal)
    }

    @Test("a footer has up to 512 bytes", arguments: [(512, nil), (513, TokenError.footerTooLong)])
    func footer(byteCount: Int, refusal: TokenError?) throws {
        var verifier = try Self.verifier()
        #expect(verifier.refusal(try Self.paseto(footerBytes: byteCount)) == refusal)
    }

    @Test("a key's name has up to 128 bytes, and none more is looked up")
    func keyName() throws {
        let longest = Self.text(128)
        var verifier = try Self.verifier(longest)
        #expect(verifier.refusal(try Self.jwt(kid: longest)) == nil)
        #expect(verifier.refusal(try Self.paseto(kid: longest, footerBytes: 512)) == nil)
        #expect(verifier.refusal(try Self.jwt(kid: longest + "x")) == .malformedKeyID)
        #expect(verifier.refusal(try Self.paseto(kid: longest + "x", footerBytes: 512)) == .malformedKeyID)
        #expect(throws: KeyError.invalidKeyID) { try KeyID(longest + "x") }
    }
}
