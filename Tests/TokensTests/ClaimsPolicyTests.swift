import Bytes
import Testing

@testable import Tokens

@Suite("A claims policy")
struct ClaimsPolicyTests {
    @Test(
        "can't be had with settings that make no sense",
        arguments: [
            (-1, 1, PolicyError.clockSkewOutOfRange), (121, 1, .clockSkewOutOfRange), (30, 0, .lifetimeOutOfRange),
            (30, -1, .lifetimeOutOfRange), (30, .max, .lifetimeOutOfRange),
        ] as [(Int64, Int64, PolicyError)])
    func ranges(clockSkewSeconds: Int64, longestLifetimeSeconds: Int64, error: PolicyError) {
        #expect(throws: error) {
            _ = try ClaimsPolicy(clockSkewSeconds: clockSkewSeconds, longestLifetimeSeconds: longestLifetimeSeconds)
        }
    }

    @Test(
        "can't require nothing by name",
        arguments: [("", nil, nil), (nil, "", nil), (nil, nil, ""), (nil, nil, "application/")]
            as [(String?, String?, String?)])
    func emptyRequirements(issuer: String?, audience: String?, type: String?) {
        #expect(throws: PolicyError.emptyRequirement) {
            _ = try ClaimsPolicy(issuer: issuer, audience: audience, type: type)
        }
    }

    @Test("can take shorter tokens only than a verifier does", arguments: [0, -1, 4_097])
    func tokenLengths(bytes: Int) {
        #expect(throws: PolicyError.tokenLengthOutOfRange) { _ = try ClaimsPolicy(longestTokenBytes: bytes) }
    }

    @Test("keeps to its length to the byte", arguments: [(48, TokenError.wrongSegmentCount), (49, .tooLong)])
    func tokenLength(count: Int, error: TokenError) throws {
        let policy = try ClaimsPolicy(longestTokenBytes: 48)
        let (keyring, scopes) = (try Keyring(), try ScopeTable())
        let token = Array(repeating: 0x41, count: count) as [UInt8]
        var verifier = TokenVerifier()
        #expect(throws: error) {
            _ = try verifier.verify(
                token.span.raw, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: 0
            ).bytes.byteCount
        }
    }

    @Test("bounds the header of a JWT and the footer of a PASETO")
    func longestHeaders() throws {
        let header = #"{"alg":"HS256","kid":"HS256-1"}"#
        let jwt = try TestToken.jwt(
            header: header, payload: #"{"sub":"jo","exp":1700000100}"#, TestKeys.signing(.hs256))
        let footer = #"{"kid":"v4.public-1"}"#
        let paseto = try TestToken.v4Public(
            payload: #"{"sub":"jo","exp":"2023-11-14T22:15:00Z"}"#, footer: footer, TestKeys.ed25519())
        let keyring = try Keyring(signing: [TestKeys.signing(.hs256), TestKeys.signing(.v4Public)])
        for (room, isTaken) in [(0, true), (-1, false)] {
            var verifier = try TestVerifier(
                keyring,
                policy: ClaimsPolicy(
                    [IssuerRequirements()], longestHeaderBytes: header.utf8.count + room,
                    longestFooterBytes: footer.utf8.count + room))
            #expect(verifier.refusal(jwt) == (isTaken ? nil : .headerTooLong))
            #expect(verifier.refusal(paseto) == (isTaken ? nil : .footerTooLong))
        }
    }

    @Test("bounds the names of keys that tokens ask for")
    func keyIDLengths() throws {
        let jwt = try TestToken.jwt(
            header: #"{"alg":"HS256","kid":"HS256-1"}"#, payload: #"{"sub":"jo","exp":1700000100}"#,
            TestKeys.signing(.hs256))
        let paseto = try TestToken.v4Public(
            payload: #"{"sub":"jo","exp":"2023-11-14T22:15:00Z"}"#, footer: #"{"kid":"v4.public-1"}"#,
            TestKeys.ed25519())
        let keyring = try Keyring(signing: [TestKeys.signing(.hs256), TestKeys.signing(.v4Public)])
        for most in [11, 10, 7, 6] {
            let (jwtIsTaken, pasetoIsTaken) = (most >= 7, most >= 11)
            var verifier = try TestVerifier(
                keyring, policy: ClaimsPolicy([IssuerRequirements()], longestKeyIDBytes: most))
            #expect(verifier.refusal(jwt) == (jwtIsTaken ? nil : .malformedKeyID))
            #expect(verifier.refusal(paseto) == (pasetoIsTaken ? nil : .malformedKeyID))
        }
        for most in [0, KeyID.mostBytes + 1] {
            #expect(throws: PolicyError.tokenLengthOutOfRange) {
                _ = try ClaimsPolicy([IssuerRequirements()], longestKeyIDBytes: most)
            }
        }
    }

    @Test("can let tokens live for decades")
    func decades() throws {
        let policy = try ClaimsPolicy(longestLifetimeSeconds: 30 * 31_557_600)
        let expires: Int64 = 2_331_120_000
        try policy.rules[0].check(TokenTimes(expires: expires), nowUnixSeconds: 1_700_000_000)
        #expect(throws: TokenError.lifetimeTooLong) {
            try policy.rules[0].check(TokenTimes(expires: expires), nowUnixSeconds: 1_300_000_000)
        }
    }

    @Test("survives clocks and times at the ends of their range", arguments: [0, 1 << 40, -(1 << 40)] as [Int64])
    func extremeTimes(now: Int64) throws {
        let policy = try ClaimsPolicy(longestLifetimeSeconds: 1_000 * 31_557_600)
        for time in [NumericDate.farthest, -NumericDate.farthest] {
            #expect(throws: TokenError.self) {
                try policy.rules[0].check(TokenTimes(expires: time), nowUnixSeconds: now)
            }
        }
    }
}
