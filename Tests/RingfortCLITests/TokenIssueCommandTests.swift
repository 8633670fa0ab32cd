import Bytes
import Foundation
import Testing
import Tokens

@testable import RingfortCLI

@Suite("ringfort token issue")
struct TokenIssueCommandTests {
    private static let now: Int64 = 1_795_506_750

    @Test("prints a token that the keys verify, and nothing else", arguments: KeyGenerator.developmentAlgorithms)
    func issues(algorithm: Algorithm) throws {
        let keys = try TemporaryKeys()
        let arguments = [
            "--key-dir", keys.path, "--subject", "alice", "--scope", "read:posts delete:posts", "--format",
            "\(algorithm)".lowercased(), "--issuer", "https://id.example", "--audience", "posts", "--ttl", "60",
        ]
        let options = try #require(try TokenIssueCommand.command.parse(arguments))
        let outcome = TokenIssueCommand.run(options, nowUnixSeconds: Self.now)
        #expect(outcome.status == 0)
        #expect(outcome.standardError.hasPrefix("Signed with "))
        #expect(outcome.standardOutput.hasSuffix("\n"))
        let token = String(outcome.standardOutput.dropLast())
        #expect(!outcome.standardError.contains(token))

        let keyring = try KeyDirectory(reading: keys.path).keyring
        let policy = try ClaimsPolicy(issuer: "https://id.example", audience: "posts")
        var verifier = TokenVerifier()
        let scopes = try ScopeTable()
        let claims = try verifier.verify(
            token.utf8.span.raw, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: Self.now
        )
        let (subject, expires, granted) = (String(claims.subject), claims.expiresUnixSeconds, claims.scopes)
        #expect(subject == "alice")
        #expect(expires == Self.now + 60)
        #expect(granted == ScopeSet("delete:posts read:posts"))
    }

    @Test("signs with the key that is named")
    func namedKey() throws {
        let keys = try TemporaryKeys()
        let id = try #require(keys.ids.first { $0.text.hasPrefix("eddsa") })
        let outcome = try run(["--key-dir", keys.path, "--subject", "alice", "--key", id.text])
        #expect(outcome.standardError == "Signed with \(id); lives 900 s.\n")
    }

    @Test("finds its keys in the data directory")
    func dataDirectory() throws {
        let keys = try TemporaryKeys()
        #expect(try run(["--data", keys.parent, "--subject", "alice"]).status == 0)
    }

    @Test("tells of files among the keys that are none")
    func ignoredFiles() throws {
        let keys = try TemporaryKeys()
        #expect(FileManager.default.createFile(atPath: "\(keys.path)/README", contents: Data()))
        let outcome = try run(["--key-dir", keys.path, "--subject", "alice"])
        #expect(outcome.status == 0)
        #expect(outcome.standardError.hasPrefix("note: \(keys.path)/README is no key file.\n"))
    }

    @Test("says what to do when there are no keys")
    func noKeys() throws {
        let outcome = try run(["--data", "/nonexistent", "--subject", "alice"])
        let message =
            "ringfort token issue: there are no keys in '/nonexistent/keys'; start 'ringfort serve' once, "
            + "which makes some, or name another --key-dir\n"
        #expect(outcome == CommandOutcome(standardError: message, status: 78))
    }

    @Test("refuses keys that others may read, by their path")
    func unsafeKeys() throws {
        let keys = try TemporaryKeys()
        let file = try #require(try FileManager.default.contentsOfDirectory(atPath: keys.path).first)
        let path = "\(keys.path)/\(file)"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let outcome = try run(["--key-dir", keys.path, "--subject", "alice"])
        #expect(outcome.status == 78 && outcome.standardOutput.isEmpty)
        #expect(outcome.standardError.contains("chmod 600 \(path)"))
    }

    @Test("refuses a key that is not there")
    func unknownKey() throws {
        let keys = try TemporaryKeys()
        let outcome = try run(["--key-dir", keys.path, "--subject", "alice", "--key", "other"])
        #expect(outcome.status == 78 && outcome.standardOutput.isEmpty)
        #expect(outcome.standardError.contains("other"))
    }

    @Test("refuses a subject that no token may have")
    func invalidSubject() throws {
        let keys = try TemporaryKeys()
        let outcome = try run(["--key-dir", keys.path, "--subject", "a\nb"])
        #expect(outcome.status == 64 && outcome.standardOutput.isEmpty)
        #expect(outcome.standardError.contains("'--subject'"))
    }

    @Test(
        "refuses options that can't be meant",
        arguments: [
            ("scope", "a  b"), ("scope", " a"), ("scope", ""), ("scope", "a\"b"), ("format", "RS256"),
            ("format", "none"), ("ttl", "0"), ("ttl", "15m"), ("key", ""), ("subject", ""),
        ]
    )
    func refuses(option: String, value: String) {
        let error = #expect(throws: UsageError.self) { try TokenIssueCommand.command.parse(["--\(option)=\(value)"]) }
        guard case .invalidValue(option, value, _) = error else {
            Issue.record("refused for another reason: \(String(describing: error))")
            return
        }
    }

    @Test("needs a subject")
    func subjectRequired() {
        #expect(throws: UsageError.missingOption("subject", placeholder: "NAME")) {
            try TokenIssueCommand.command.parse([])
        }
    }

    private func run(_ arguments: [String]) throws -> CommandOutcome {
        let options = try #require(try TokenIssueCommand.command.parse(arguments))
        return TokenIssueCommand.run(options, nowUnixSeconds: Self.now)
    }
}

/// A data directory with development keys, gone with the test.
private final class TemporaryKeys {
    let parent: String
    let path: String
    let ids: [KeyID]

    init() throws {
        parent = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        path = "\(parent)/keys"
        try FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]
        )
        ids = try KeyGenerator.makeDevelopmentKeys(in: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: parent) }
}
