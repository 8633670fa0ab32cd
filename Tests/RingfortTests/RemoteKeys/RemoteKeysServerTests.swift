import Bytes
import Foundation
import RingfortTesting
import TLSSupport
import TestSupport
import Testing

@testable import Ringfort
@testable import Tokens

@Suite("A server that fetches an issuer's keys")
struct RemoteKeysServerTests {
    private static let (ours, theirs) = ("https://ours.example", "https://theirs.example")
    /// Keys of two mints, which have the same names.
    private static let mints: [TokenMint] = [mint([.edDSA]), mint([.edDSA, .es256])]

    private static func mint(_ algorithms: [Algorithm]) -> TokenMint {
        do { return try TokenMint(algorithms) } catch { preconditionFailure("test keys can't be made: \(error)") }
    }

    /// A host with what it publishes, which a test may change.
    private struct Publisher {
        let folder: CredentialFolder
        let host: TestHost
        let source: RemoteKeySource
        private let reply: SeenMutex<@Sendable () -> TestHost.Reply>

        init(_ first: @escaping @Sendable () -> TestHost.Reply) throws {
            folder = try CredentialFolder()
            let certificate = try TestCertificate("localhost", names: ["localhost"])
            let reply = SeenMutex(first)
            host = try TestHost(certificate) { _ in reply.withLock { $0 }() }
            self.reply = reply
            var source = try RemoteKeySource(url: "https://localhost:\(host.port)/jwks.json")
            source.authorityPath = try folder.write("ca.crt", certificate.pem)
            source.allowsPrivateAddresses = true
            self.source = source
        }

        init(_ keyring: Keyring) throws {
            let set = RemoteKeysServerTests.set(keyring)
            try self.init { .answer(set) }
        }

        func publish(_ next: @escaping @Sendable () -> TestHost.Reply) { reply.withLock { $0 = next } }
        func publish(_ keyring: Keyring) {
            let set = RemoteKeysServerTests.set(keyring)
            publish { .answer(set) }
        }
    }

    private static func set(_ keyring: Keyring) -> String {
        var text = ByteBuffer(capacity: 1_024)
        keyring.appendPublicJWKSet(to: &text)
        return String(text.bytes)
    }

    /// A server of two issuers: the keys of `theirs` are fetched.
    private static func server(
        _ publisher: Publisher, source: TestSource? = nil,
        configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws -> TestServer {
        try TestServer(source: source) {
            $0.issuers = [
                TrustedIssuer(IssuerRequirements(issuer: ours), keyring: mints[0].keyring),
                try TrustedIssuer(IssuerRequirements(issuer: theirs), remoteKeys: publisher.source),
            ]
            try configure(&$0)
        }
    }

    private static func token(
        _ mint: TokenMint = mints[1], issuer: String = theirs, _ algorithm: Algorithm = .edDSA
    ) throws -> String {
        try mint.token(
            TokenContent(subject: "alice", scope: "read:things", issuer: issuer), algorithm,
            atUnixSeconds: Int64(Date().timeIntervalSince1970))
    }

    private static func ask(_ server: TestServer, _ token: String) throws -> Answer {
        try server.get("/secret", headers: "Authorization: Bearer \(token)\r\n")
    }

    private static func status(_ server: TestServer, _ token: String) throws -> Int { try ask(server, token).status }

    /// Asks until the answer is no 503, for ten seconds at most.
    private static func settledStatus(_ server: TestServer, _ token: String) throws -> Int {
        let end = Date(timeIntervalSinceNow: 10)
        while Date() < end {
            let status = try status(server, token)
            if status != 503 { return status }
            sched_yield()
        }
        return 503
    }

    /// A token whose key has this name, signed by nobody.
    private static func token(keyID: String, issuer: String = theirs) -> String {
        func text(_ json: String) -> String {
            var encoded = ByteBuffer(capacity: 256)
            Base64URL.encode(Array(json.utf8).span.raw, into: &encoded)
            return String(encoded.bytes)
        }
        let expires = Int64(Date().timeIntervalSince1970) + 600
        let claims = #"{"sub":"alice","iss":"\#(issuer)","exp":\#(expires)}"#
        return "\(text(#"{"alg":"EdDSA","kid":"\#(keyID)"}"#)).\(text(claims)).\(String(repeating: "A", count: 86))"
    }

    @Test("takes the issuer's tokens from its first request on, and nobody's that another key has signed")
    func tokens() throws {
        let publisher = try Publisher(Self.mints[1].keyring)
        let server = try Self.server(publisher)
        let taken = [
            try Self.token(), try Self.token(Self.mints[1], .es256), try Self.token(Self.mints[0], issuer: Self.ours),
        ]
        // The names of the keys are the same.
        let forged = [
            try Self.token(Self.mints[0]), try Self.token(issuer: Self.ours),
            try Self.token(issuer: "https://else.example"),
        ]
        // The second time they are remembered.
        for _ in 0..<2 {
            for token in taken { #expect(try Self.status(server, token) == 200) }
            for token in forged { #expect(try Self.status(server, token) == 401) }
        }
        #expect(publisher.host.requests.count == 1)
        _ = try server.finish()
    }

    @Test("takes no keys of one that misbehaves, answers 503 for its tokens, and serves all others")
    func misbehaviour() throws {
        let good = Self.set(Self.mints[1].keyring)
        let replies: [TestHost.Reply] = [
            .answer("", status: 500), .answer(good, status: 302, headers: "Location: /\r\n"), .endless,
            .answer(good, headers: "Content-Type: text/html\r\n"), .answer("<html>"), .answer("{}"),
            .answer(#"{"keys":[]}"#), .answer(#"{"keys":[{"kty":"oct","kid":"a","alg":"HS256","k":"AAAA"}]}"#),
            .answer(String(repeating: " ", count: 262_145 - good.utf8.count) + good),
        ]
        let next = SeenMutex(0)
        // A server for each would be slow: one issuer each, all of one host.
        let publisher = try Publisher {
            replies[
                next.withLock { number in
                    defer { number += 1 }
                    return min(number, replies.count - 1)
                }]
        }
        let issuers = replies.indices.map { "https://issuer\($0).example" }
        let server = try Self.server(publisher) { configuration in
            configuration.issuers[1...] = []
            for name in issuers {
                configuration.issuers.append(
                    try TrustedIssuer(IssuerRequirements(issuer: name), remoteKeys: publisher.source))
            }
        }
        for issuer in issuers {
            let answer = try Self.ask(server, Self.token(issuer: issuer))
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"].flatMap(Int.init).map { (1...5).contains($0) } == true)
            #expect(answer.headers["www-authenticate"] == nil)
        }
        #expect(try Self.status(server, Self.token(Self.mints[0], issuer: Self.ours)) == 200)
        let log = try server.finish()
        let failures = log.filter { $0["event"] as? String == "issuer_keys" && $0["failures"] as? Int == 1 }
        #expect(Set(failures.compactMap { $0["issuer"] as? String }) == Set(issuers))
        #expect(failures.allSatisfy { $0["level"] as? String == "warning" })
        let reasons = Set(log.compactMap { $0["status"] as? Int == 503 ? $0["reason"] as? String : nil })
        #expect(reasons == ["keys_unavailable"])
    }

    @Test("fetches from no private address unless it may, whatever its name")
    func privateAddress() throws {
        let publisher = try Publisher(Self.mints[1].keyring)
        let server = try Self.server(publisher) {
            var source = publisher.source
            source.allowsPrivateAddresses = false
            $0.issuers[1] = try TrustedIssuer(IssuerRequirements(issuer: Self.theirs), remoteKeys: source)
        }
        #expect(try Self.status(server, Self.token()) == 503)
        #expect(publisher.host.connections == 0)
        let lines = try server.finish().filter { $0["event"] as? String == "issuer_keys" }
        #expect((lines.first?["reason"] as? String)?.contains("jwks_private_addresses") == true)
    }

    @Test("answers 503 where the only issuer's keys can't be had, never 401, and takes its tokens when they have come")
    func onlyIssuer() throws {
        let publisher = try Publisher { .answer("", status: 500) }
        let server = try Self.server(publisher) { $0.issuers.removeFirst() }
        #expect(try Self.status(server, Self.token()) == 503)
        #expect(try Self.status(server, "junk") == 503)
        publisher.publish(Self.mints[1].keyring)
        #expect(publisher.host.wait(forRequests: 2), "it tries again after five seconds")
        #expect(try Self.settledStatus(server, Self.token()) == 200)
        _ = try server.finish()
    }

    @Test("fetches the keys anew for a token whose key is unknown, and answers 503 until they have come")
    func rotation() throws {
        let publisher = try Publisher(Self.mints[0].keyring)
        let server = try Self.server(publisher)
        let next = try TokenMint([.es256])
        let token = try Self.token(next, .es256)
        let old = try Self.token(Self.mints[0])
        #expect(try Self.status(server, old) == 200)
        publisher.publish(next.keyring)
        let answer = try Self.ask(server, token)
        #expect(answer.status == 503 && answer.headers["retry-after"] == "1")
        #expect(try Self.settledStatus(server, token) == 200)
        #expect(try Self.settledStatus(server, old) == 401, "its key has gone, though it was remembered")
        #expect(publisher.host.requests.count == 2)
        let log = try server.finish()
        let keys = log.filter { $0["event"] as? String == "issuer_keys" }.map { $0["keys"] as? String }
        #expect(keys == ["test-eddsa", "test-es256"])
        let problem = log.first { $0["reason"] as? String == "keys_unavailable" }
        #expect((problem?["detail"] as? String)?.contains(Self.theirs) == true)
    }

    @Test("fetches once for a flood of unknown keys, and never for those of others or for tokens that name none")
    func flood() throws {
        let publisher = try Publisher(Self.mints[1].keyring)
        let server = try Self.server(publisher)
        for issuer in [Self.ours, "https://else.example"] {
            for number in 0..<10 {
                #expect(try Self.status(server, Self.token(keyID: "other \(number)", issuer: issuer)) == 401)
            }
        }
        #expect(publisher.host.requests.count == 1)
        var statuses: [Int] = []
        for number in 0..<300 { statuses.append(try Self.status(server, Self.token(keyID: "unknown \(number)"))) }
        #expect(Set(statuses) == [401, 503] && statuses.last == 401)
        #expect(try Self.status(server, Self.token(keyID: "unknown 0")) == 401)
        #expect(try Self.status(server, Self.token()) == 200)
        #expect(publisher.host.requests.count == 2)
        _ = try server.finish()
    }

    @Test("answers others while a fetch hangs, and ends all the same")
    func slow() throws {
        let publisher = try Publisher(Self.mints[1].keyring)
        let server = try Self.server(publisher)
        publisher.publish { .silence }
        #expect(try Self.status(server, Self.token(keyID: "unknown")) == 503)
        #expect(publisher.host.wait(forRequests: 2))
        for _ in 0..<3 {
            #expect(try Self.status(server, Self.token(keyID: "unknown")) == 503)
            #expect(try Self.status(server, Self.token()) == 200)
        }
        #expect(publisher.host.requests.count == 2)
        _ = try server.finish()
    }

    @Test("keeps fetched keys over a reload where the place stays, and fetches from another place at once")
    func reload() throws {
        let (publisher, other) = (try Publisher(Self.mints[1].keyring), try Publisher(Self.mints[0].keyring))
        let source = TestSource()
        let server = try Self.server(publisher, source: source)
        let (first, second) = (try Self.token(), try Self.token(Self.mints[0]))
        #expect(try Self.status(server, first) == 200)
        try source.change { $1.realm = "other" }
        #expect(try server.running.reload() == [])
        #expect(try Self.status(server, first) == 200)
        #expect(publisher.host.requests.count == 1)
        try source.change {
            $1.issuers[1] = try TrustedIssuer(IssuerRequirements(issuer: Self.theirs), remoteKeys: other.source)
        }
        #expect(try server.running.reload() == [])
        #expect(try Self.status(server, first) == 401)
        #expect(try Self.status(server, second) == 200)
        // Good keys don't go for none.
        let silent = try Publisher { .answer("", status: 500) }
        try source.change {
            $1.issuers[1] = try TrustedIssuer(IssuerRequirements(issuer: Self.theirs), remoteKeys: silent.source)
        }
        #expect { try server.running.reload() } throws: { "\($0)".contains("it answers 500") }
        #expect(try Self.status(server, second) == 200)
        // What can't be used leaves all as it was.
        try source.change {
            $1.issuers[1] = try TrustedIssuer(IssuerRequirements(issuer: Self.theirs), remoteKeys: publisher.source)
            $1.jsonDepth = 0
        }
        #expect(throws: ReloadError.self) { try server.running.reload() }
        #expect(try Self.status(server, second) == 200)
        let stop = try #require(try server.finish().first { $0["event"] as? String == "stop" })
        #expect(stop["token_cache_hits"] as? Int == 3, "what was proven stays proven where the keys stay")
    }

    @Test("says of each such issuer which keys it has, how old they are, and what went wrong last")
    func report() throws {
        let (good, bad) = (try Publisher(Self.mints[1].keyring), try Publisher { .answer("", status: 500) })
        let path = NSTemporaryDirectory() + "rf-\(UUID().uuidString.prefix(8)).sock"
        let address = try #require(ListenAddress(socketPath: path))
        let server = try Self.server(good) {
            $0.issuers.append(
                try TrustedIssuer(IssuerRequirements(issuer: "https://bad.example"), remoteKeys: bad.source))
            $0.admin.address = address
        }
        func ask(_ target: String) throws -> String {
            let socket = try ClientSocket(address, patienceSeconds: 10)
            let request = "GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let answers = try Answer.all(in: String(decoding: socket.exchange(Array(request.utf8)), as: UTF8.self))
            return try #require(answers.first).body
        }
        let status = try JSONSerialization.jsonObject(with: Data(ask("/status").utf8)) as? [String: Any]
        let issuers = try #require(status?["remote_keys"] as? [[String: Any]])
        #expect(issuers.map { $0["issuer"] as? String } == [Self.theirs, "https://bad.example"])
        #expect(issuers[0]["ids"] as? [String] == ["test-eddsa", "test-es256"])
        #expect((issuers[0]["age_seconds"] as? Int).map { $0 < 60 } == true)
        #expect(issuers[0]["last_failure"] == nil && issuers[0]["fetches"] as? Int == 1)
        #expect(issuers[1]["age_seconds"] == nil && issuers[1]["last_failure"] as? String == "it answers 500")
        let metrics = try ask("/metrics")
        #expect(metrics.contains("ringfort_remote_keys{issuer=\"\(Self.theirs)\"} 2\n"))
        #expect(metrics.contains("ringfort_remote_keys{issuer=\"https://bad.example\"} 0\n"))
        #expect(metrics.contains("outcome=\"failure\"} 1\n"))
        _ = try server.finish()
    }

    @Test("is refused without the issuer's name, with a URL that is none, or an authority that can't be read")
    func refused() throws {
        for url in ["http://id.example/keys", "https://user@id.example/", "id.example"] {
            #expect(throws: ServerError.self) { try RemoteKeySource(url: url) }
        }
        var source = try RemoteKeySource(url: "https://id.example/keys")
        func check(_ name: String?) throws -> [ServerWarning] {
            var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
            configuration.issuers = [try TrustedIssuer(IssuerRequirements(issuer: name), remoteKeys: source)]
            return try Server.check(TestServer.api, configuration)
        }
        _ = try check(Self.theirs)
        #expect(throws: ServerError.self) { try check(nil) }
        source.authorityPath = "/there/is/no/file"
        #expect(throws: ServerError.self) { try check(Self.theirs) }
    }
}
