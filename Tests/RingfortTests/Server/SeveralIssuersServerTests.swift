import Bytes
import Foundation
import Testing

@testable import Ringfort
@testable import Tokens

@Suite("A server of several issuers")
struct SeveralIssuersServerTests {
    private static let (ours, theirs) = ("https://ours.example", "https://theirs.example")

    /// The keys of two issuers, which have the same names.
    private static let keyrings: [Keyring] = (0..<2).map { _ in
        let directory = FileManager.default.temporaryDirectory.appending(path: "ringfort-keys-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        do {
            for algorithm in [Algorithm.edDSA, .hs256, .v4Public] {
                _ = try KeyDirectory.generate(
                    algorithm, id: KeyID("\(algorithm)".lowercased()), in: directory.path)
            }
            return try KeyDirectory(reading: directory.path).keyring
        } catch {
            preconditionFailure("test keys can't be made: \(error)")
        }
    }

    private static func token(
        _ keys: Int, _ issuer: String, _ algorithm: Algorithm = .edDSA, subject: String = "alice"
    ) throws -> String {
        var token = ByteBuffer(capacity: 1024)
        let content = TokenContent(subject: subject, scope: "read:things", issuer: issuer, audience: "things")
        try TokenIssuer(try keyrings[keys].signingKey(for: algorithm)).issue(
            content, nowUnixSeconds: Int64(Date().timeIntervalSince1970), into: &token)
        return String(token.bytes)
    }

    private static func server(
        theirs requirements: IssuerRequirements = IssuerRequirements(issuer: theirs),
        configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws -> TestServer {
        try TestServer {
            $0.issuers = [
                TrustedIssuer(IssuerRequirements(issuer: ours), keyring: keyrings[0]),
                TrustedIssuer(requirements, keyring: keyrings[1]),
            ]
            try configure(&$0)
        }
    }

    private static func status(_ server: TestServer, _ token: String) throws -> Int {
        try server.get("/secret", headers: "Authorization: Bearer \(token)\r\n").status
    }

    @Test("knows after a reload whose a remembered token is, where two have the same keys and change places")
    func changedPlaces() throws {
        let source = TestSource()
        let issuers = [Self.ours, Self.theirs].map {
            TrustedIssuer(IssuerRequirements(issuer: $0), keyring: Self.keyrings[0])
        }
        let server = try TestServer(source: source) { $0.issuers = issuers }
        let tokens = [try Self.token(0, Self.ours), try Self.token(0, Self.theirs)]
        for token in tokens { #expect(try Self.status(server, token) == 200) }
        try source.change { $1.issuers = issuers.reversed() }
        #expect(try server.running.reload() == [])
        for token in tokens { #expect(try Self.status(server, token) == 200) }
        _ = try server.finish()
    }

    @Test("names the key of each in its audit log")
    func audit() throws {
        let path = NSTemporaryDirectory() + "ringfort-audit-\(UUID().uuidString).log"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let server = try Self.server { $0.auditPath = path }
        #expect(try Self.status(server, try Self.token(0, Self.ours)) == 200)
        #expect(try Self.status(server, try Self.token(1, Self.theirs, .hs256)) == 200)
        _ = try server.finish()
        let keys = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            (try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["key"] as? String
        }
        #expect(keys == ["eddsa", "hs256"])
    }

    @Test(
        "takes the tokens of each, made with its own keys, whether they are remembered or not",
        arguments: [Algorithm.edDSA, .hs256, .v4Public], [0, 1_024])
    func keysApart(algorithm: Algorithm, cacheEntries: Int) throws {
        let server = try Self.server { $0.tokenCacheCapacity = cacheEntries }
        let tokens = [try Self.token(0, Self.ours, algorithm), try Self.token(1, Self.theirs, algorithm)]
        let forged = [
            try Self.token(0, Self.theirs, algorithm), try Self.token(1, Self.ours, algorithm),
            try Self.token(0, "https://else.example", algorithm),
        ]
        for _ in 0..<3 {
            for token in tokens { #expect(try Self.status(server, token) == 200) }
            for token in forged { #expect(try Self.status(server, token) == 401) }
        }
        let stop = try server.finish().last
        #expect(stop?["token_cache_hits"] as? Int == (cacheEntries == 0 ? 0 : 4))
    }

    @Test("tells their subjects apart")
    func principals() throws {
        let server = try Self.server { $0.principalRate = try CellRate(tokens: 1, everySeconds: 600, burst: 1) }
        for (keys, issuer) in [(0, Self.ours), (1, Self.theirs)] {
            #expect(try Self.status(server, Self.token(keys, issuer)) == 200)
            #expect(try Self.status(server, Self.token(keys, issuer)) == 429)
        }
        _ = try server.finish()
    }

    @Test("holds each to its own audience, also the tokens that it remembers")
    func audiences() throws {
        let server = try Self.server(theirs: IssuerRequirements(issuer: Self.theirs, audiences: ["others", "more"]))
        let (ours, theirs) = (try Self.token(0, Self.ours), try Self.token(1, Self.theirs))
        for _ in 0..<2 {
            #expect(try Self.status(server, ours) == 200)
            #expect(try Self.status(server, theirs) == 401)
        }
        _ = try server.finish()
    }

    @Test("grants the scopes of roles where an issuer's tokens name them, and not where another's do")
    func roles() throws {
        var api = Router()
        api.get("/roles", scopes: ScopeSet("use:roles")) { _, response in response.text("in\n") }
        let server = try TestServer(api) {
            $0.issuers = [
                TrustedIssuer(IssuerRequirements(issuer: Self.ours), keyring: Self.keyrings[0]),
                TrustedIssuer(
                    IssuerRequirements(issuer: Self.theirs, rolesClaim: "groups"), keyring: Self.keyrings[1]),
            ]
            $0.roles = ["user": ScopeSet("use:roles")]
        }
        for (keys, issuer, group, status) in [
            (1, Self.theirs, "user", 200), (1, Self.theirs, "users", 403), (0, Self.ours, "user", 403),
        ] {
            let token = try Self.token(keys, issuer, group: group)
            // The second time it is remembered.
            for _ in 0..<2 {
                #expect(try server.get("/roles", headers: "Authorization: Bearer \(token)\r\n").status == status)
            }
        }
        _ = try server.finish()
    }

    /// A token with a claim that names groups.
    private static func token(_ keys: Int, _ issuer: String, group: String) throws -> String {
        let expires = Int64(Date().timeIntervalSince1970) + 600
        let parts = [
            #"{"alg":"EdDSA","kid":"eddsa"}"#,
            #"{"sub":"alice","iss":"\#(issuer)","exp":\#(expires),"groups":["\#(group)"]}"#,
        ]
        let message = parts.map { base64URL(Array($0.utf8).span.raw) }.joined(separator: ".")
        var signature = ByteBuffer(capacity: 64)
        let key = try keyrings[keys].signingKey(for: .edDSA)
        try #require(try Signer(key).append(signatureOver: Array(message.utf8).span.raw, to: &signature))
        return "\(message).\(base64URL(signature.bytes))"
    }

    private static func base64URL(_ bytes: RawSpan) -> String {
        var text = ByteBuffer(capacity: 256)
        Base64URL.encode(bytes, into: &text)
        return String(text.bytes)
    }

    @Test("forgets with a reload what roles granted, and whose tokens a key may make, though it remembers the tokens")
    func reload() throws {
        var api = Router()
        api.get("/roles", scopes: ScopeSet("use:roles")) { _, response in response.text("in\n") }
        let source = TestSource()
        let server = try TestServer(api, source: source) {
            $0.issuers = [
                TrustedIssuer(
                    IssuerRequirements(issuer: Self.ours, rolesClaim: "groups"), keyring: Self.keyrings[0]),
                TrustedIssuer(
                    IssuerRequirements(issuer: Self.theirs, rolesClaim: "groups"), keyring: Self.keyrings[1]),
            ]
            $0.roles = ["user": ScopeSet("use:roles")]
        }
        let tokens = [
            try Self.token(0, Self.ours, group: "user"), try Self.token(1, Self.theirs, group: "user"),
        ]
        func statuses() throws -> [Int] {
            try tokens.map { try server.get("/roles", headers: "Authorization: Bearer \($0)\r\n").status }
        }
        func reload(_ change: (inout ServerConfiguration) -> Void) throws {
            try source.change { change(&$1) }
            _ = try server.running.reload()
        }
        #expect(try statuses() == [200, 200])
        try reload { $0.issuers[1].requirements.rolesClaim = nil }
        #expect(try statuses() == [200, 403])
        try reload { $0.issuers[1].requirements.rolesClaim = "groups" }
        #expect(try statuses() == [200, 200])
        try reload { $0.roles = ["user": ScopeSet("use:other")] }
        #expect(try statuses() == [403, 403])
        try reload { $0.roles = ["user": ScopeSet("use:roles")] }
        #expect(try statuses() == [200, 200])
        // The names change places, and the keys stay: each key is another issuer's now.
        try reload {
            $0.issuers[0].requirements.issuer = Self.theirs
            $0.issuers[1].requirements.issuer = Self.ours
        }
        #expect(try statuses() == [401, 401])
        // The keys change places, too.
        try reload {
            let first = $0.issuers[0].keyring
            $0.issuers[0].keyring = $0.issuers[1].keyring
            $0.issuers[1].keyring = first
        }
        #expect(try statuses() == [200, 200])
        try reload { $0.issuers.removeLast() }
        #expect(try statuses() == [401, 200])
        _ = try server.finish()
    }

    @Test("is refused when two have one name, or one has none")
    func refused() throws {
        for names in [[Self.ours, Self.ours], [Self.ours, nil]] {
            var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
            configuration.issuers = names.map {
                TrustedIssuer(IssuerRequirements(issuer: $0), keyring: Self.keyrings[0])
            }
            #expect(throws: ServerError.self) { try Server.check(TestServer.api, configuration) }
        }
    }

    @Test("is warned of secrets that it shares with one, unless that is itself")
    func sharedSecrets() throws {
        func warned(isOwn: Bool) throws -> [String] {
            var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
            configuration.issuers = [
                TrustedIssuer(IssuerRequirements(issuer: Self.theirs), keyring: Self.keyrings[1], isOwn: isOwn)
            ]
            return try Server.check(TestServer.api, configuration).filter { $0.kind == .sharedSecret }.map(
                \.description)
        }
        #expect(try warned(isOwn: true).isEmpty)
        let warning = try #require(try warned(isOwn: false).first)
        #expect(warning.contains(Self.theirs) && warning.contains("hs256 (HS256)"))
    }
}
