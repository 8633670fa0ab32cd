import Foundation
import Testing
import Tokens

@testable import RingfortCLI

@Suite("ringfort revoke")
struct RevokeCommandTests {
    private static let now: Int64 = 1_700_000_000

    private static func revocation(_ arguments: [String]) throws -> Revocation {
        try RevokeCommand.revocation(
            try #require(try RevokeCommand.command.parse(arguments)), nowUnixSeconds: now)
    }

    @Test("says what it is told to")
    func meanings() throws {
        let days = now(days: 30)
        #expect(try Self.revocation(["--token-id", "t"]) == .token(id: "t", untilUnixSeconds: days))
        #expect(
            try Self.revocation(["--subject", "jo"])
                == .subject("jo", issuer: nil, issuedBeforeUnixSeconds: Self.now + 1, untilUnixSeconds: days))
        #expect(
            try Self.revocation(["--subject", "jo", "--issuer", "i", "--issued-before", "7", "--keep-days", "1"])
                == .subject("jo", issuer: "i", issuedBeforeUnixSeconds: 7, untilUnixSeconds: now(days: 1)))
        #expect(try Self.revocation(["--key", "k"]) == .key(KeyID("k")))
        #expect(try Self.revocation(["--issued-before", "7"]) == .issuedBefore(unixSeconds: 7))
    }

    private func now(days: Int64) -> Int64 { Self.now + days * 86_400 }

    @Test(
        "does nothing when it is not clear what is meant",
        arguments: [
            [], ["--issuer", "i"], ["--token-id", "t", "--subject", "jo"], ["--key", "k", "--issued-before", "7"],
            ["--token-id", "t", "--issuer", "i"], ["--token-id", "t", "--issued-before", "7"],
        ])
    func unclear(arguments: [String]) {
        #expect(throws: RevokeFailure.self) { try Self.revocation(arguments) }
    }

    @Test("writes it down where no server runs, and says that it holds from the next start")
    func noServer() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "ringfort-revoke-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let outcome = try RevokeCommand.command.run(["--data", path, "--key", "k"])
        #expect(outcome.status == ExitStatus.success)
        #expect(outcome.standardError.contains("from the next start"))
        #expect(try RevocationJournal(directory: path).revocations() == [.key(KeyID("k"))])
    }

    @Test("is refused for a directory that is not there: nobody would ever read it")
    func wrongDirectory() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "ringfort-revoke-\(UUID().uuidString)").path
        let outcome = try RevokeCommand.command.run(["--data", path, "--key", "k"])
        #expect(outcome.status == ExitStatus.configuration)
        #expect(outcome.standardError.contains(path) && outcome.standardError.contains("--data"))
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
