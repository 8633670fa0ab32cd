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

    @Test("can let tokens live for decades")
    func decades() throws {
        let policy = try ClaimsPolicy(longestLifetimeSeconds: 30 * 31_557_600)
        let expires: Int64 = 2_331_120_000
        try policy.check(TokenTimes(expires: expires), nowUnixSeconds: 1_700_000_000)
        #expect(throws: TokenError.lifetimeTooLong) {
            try policy.check(TokenTimes(expires: expires), nowUnixSeconds: 1_300_000_000)
        }
    }

    @Test("survives clocks and times at the ends of their range", arguments: [0, 1 << 40, -(1 << 40)] as [Int64])
    func extremeTimes(now: Int64) throws {
        let policy = try ClaimsPolicy(longestLifetimeSeconds: 1_000 * 31_557_600)
        for time in [NumericDate.farthest, -NumericDate.farthest] {
            #expect(throws: TokenError.self) { try policy.check(TokenTimes(expires: time), nowUnixSeconds: now) }
        }
    }
}
