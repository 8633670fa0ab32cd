import Foundation
import Testing
import Tokens

@testable import RingfortCLI

@Suite("ringfort token verify")
struct TokenVerifyCommandTests {
    private static let now: Int64 = 1_795_506_750

    @Test("takes a token of any algorithm, and shows what was proven", arguments: Algorithm.allCases)
    func valid(algorithm: Algorithm) throws {
        let keys = try TemporaryKeys([algorithm])
        let token = try keys.token(algorithm, ["--issuer", "me", "--audience", "you"], now: Self.now)
        let outcome = try run(keys, token, ["--issuer", "me", "--audience", "you"], now: Self.now + 60)
        #expect(outcome.status == 0 && outcome.standardError.isEmpty)
        #expect(outcome.standardOutput.hasPrefix("VALID: made with the key \(keys.ids[0]) (\(algorithm)).\n\nClaims\n"))
        #expect(outcome.standardOutput.contains(#"  sub  "alice""#))
        #expect(outcome.standardOutput.contains("(2026-11-24T07:52:30Z, 1 minute ago)"))
        #expect(outcome.standardOutput.contains("(2026-11-24T08:07:30Z, in 14 minutes)"))
    }

    @Test("prints JSON")
    func json() throws {
        let keys = try TemporaryKeys([.hs256])
        let token = try keys.token(.hs256, now: Self.now)
        let valid = try run(keys, token, ["--json"], now: Self.now)
        let start =
            #"{"valid":true,"kid":"\#(keys.ids[0])","algorithm":"HS256","claims":{"sub":"alice","iat":1795506750,"#
        #expect(valid.standardOutput.hasPrefix(start))
        #expect(valid.standardOutput.contains(#""times":{"exp":{"unix":1795507650,"utc":"2026-11-24T08:07:30Z","#))
        let expired = try run(keys, token, ["--json"], now: Self.now + 1_000)
        #expect(expired.status == 1 && expired.standardError.isEmpty)
        #expect(expired.standardOutput.hasPrefix(#"{"valid":false,"reason":"expired","explanation":"it has expired","#))
    }

    @Test(
        "refuses what the server would refuse, with the reason",
        arguments: [
            (["--issuer", "other"], 0, "wrong_issuer"), (["--audience", "other"], 0, "wrong_audience"),
            ([], 930, "expired"), (["--skew", "0"], 900, "expired"), ([], -31, "issued_in_future"),
            (["--max-token-lifetime", "60"], 0, "lifetime_too_long"),
        ] as [([String], Int64, String)]
    )
    func refuses(arguments: [String], later: Int64, reason: String) throws {
        let keys = try TemporaryKeys([.edDSA])
        let token = try keys.token(.edDSA, ["--issuer", "me", "--audience", "you"], now: Self.now)
        let outcome = try run(keys, token, arguments, now: Self.now + later)
        #expect(outcome.status == 1 && outcome.standardOutput.isEmpty)
        #expect(outcome.standardError.hasSuffix(" [\(reason)]\n"), "\(outcome.standardError)")
    }

    @Test("tells when a token expired, and nothing that a forged one says")
    func noForgedWords() throws {
        let keys = try TemporaryKeys([.edDSA])
        let token = try keys.token(now: Self.now)
        let expired = try run(keys, token, now: Self.now + 1_080)
        #expect(
            expired.standardError == "INVALID: it has expired (exp: 2026-11-24T08:07:30Z, 3 minutes ago). [expired]\n")
        let forged = try run(keys, token.dropLast(5) + "AAAAA", ["--json"], now: Self.now + 1_080)
        #expect(forged.standardOutput.contains(#""reason":"signature_mismatch""#))
        #expect(forged.standardOutput.contains(#""times":{}"#))
    }

    @Test("refuses a token of somebody else's key, and no token at all")
    func strangers() throws {
        let keys = try TemporaryKeys([.edDSA])
        let strange = try TemporaryKeys([.edDSA]).token(now: Self.now)
        #expect(try run(keys, strange, now: Self.now).standardError.contains("[unknown_key]"))
        #expect(try run(keys, "", now: Self.now).status == 1)
        #expect(throws: UsageError.missingOperand("TOKEN|-")) { try TokenVerifyCommand.command.parse([]) }
    }

    private func run(
        _ keys: TemporaryKeys, _ token: some StringProtocol, _ arguments: [String] = [], now: Int64
    ) throws -> CommandOutcome {
        let options = try #require(try TokenVerifyCommand.command.parse(["-", "--key-dir", keys.path] + arguments))
        return TokenVerifyCommand.run(options, Array(token.utf8), nowUnixSeconds: now)
    }
}
