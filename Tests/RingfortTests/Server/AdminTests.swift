import Foundation
import Reactor
import TLSSupport
import TestSupport
import Testing

@testable import Ringfort

@Suite("A server's own API")
struct AdminTests {
    private let path = NSTemporaryDirectory() + "rf-\(UUID().uuidString.prefix(8)).sock"

    private func server(
        source: TestSource? = nil, configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws -> TestServer {
        let address = try #require(ListenAddress(socketPath: path))
        return try TestServer(source: source) {
            $0.keyring = try TestKeys.keyring()
            $0.shards = 2
            $0.admin.address = address
            try configure(&$0)
        }
    }

    private func ask(
        _ method: String, _ target: String, host: String = "a", headers: String = "", body: String? = nil,
        at address: ListenAddress? = nil
    ) throws -> Answer {
        let socket = try ClientSocket(
            try #require(address ?? ListenAddress(socketPath: path)), patienceSeconds: 10)
        let content = body.map { "Content-Type: application/json\r\nContent-Length: \($0.utf8.count)\r\n" } ?? ""
        let request =
            "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\(headers)\(content)\r\n\(body ?? "")"
        return try #require(
            try Answer.all(in: String(decoding: socket.exchange(Array(request.utf8)), as: UTF8.self)).first)
    }

    private func json(_ answer: Answer) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
    }

    @Test("says what the shards have counted until now, the requests of its own left out")
    func status() throws {
        let server = try server()
        for _ in 0..<7 { #expect(try server.get("/health").status == 200) }
        #expect(try server.get("/secret").status == 401)
        let token = try TestKeys.token(scope: "read:things")
        for _ in 0..<2 { _ = try server.get("/whoami", headers: "Authorization: Bearer \(token)\r\n") }
        let status = try json(try ask("GET", "/status"))
        #expect(status["version"] as? String == "\(Server.version)")
        #expect(status["draining"] as? Bool == false)
        let shards = try #require(status["shards"] as? [[String: Int]])
        #expect(shards.count == 2)
        func sum(_ name: String) -> Int { shards.reduce(0) { $0 + ($1[name] ?? 0) } }
        #expect(sum("requests") == 10 && sum("answers_2xx") == 9 && sum("answers_4xx") == 1 && sum("accepted") == 10)
        #expect(sum("verifications") == 1 && sum("token_cache_hits") == 1)
        let keys = try #require(status["keys"] as? [String: Any])
        #expect((keys["ids"] as? [String])?.count == Algorithm.allCases.count)
        _ = try server.finish()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("has metrics as Prometheus reads them: each with its help, its kind and a number")
    func metrics() throws {
        let server = try server { $0.addressRate = try CellRate(tokensPerSecond: 1, burst: 2) }
        for _ in 0..<5 { _ = try server.get("/health") }
        let answer = try ask("GET", "/metrics")
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        var values: [String: Int] = [:]
        var declared: Set<String> = []
        for line in answer.body.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if words[0] == "#" {
                declared.insert("\(words[1]) \(words[2])")
                continue
            }
            let name = String(words[0].prefix { $0 != "{" })
            #expect(declared.contains("HELP \(name)") && declared.contains("TYPE \(name)"))
            values[words[0]] = Int(words[1])
        }
        #expect(values["ringfort_requests_total"] == 5)
        #expect(values[#"ringfort_responses_total{class="2xx"}"#] == 2)
        #expect(values["ringfort_rate_limited_requests_total"] == 3)
        #expect(values["ringfort_connections_accepted_total"] == 5)
        #expect(values.count > 25)
        _ = try server.finish()
    }

    @Test("names the certificates and when they expire")
    func certificates() throws {
        let folder = try CredentialFolder()
        let identity = try folder.write(TestCertificate("server", names: ["localhost"]))
        let server = try server { $0.tls = TLSConfiguration(identities: [identity]) }
        let list = try #require(try json(try ask("GET", "/status"))["certificates"] as? [[String: Any]])
        #expect(list.map { $0["path"] as? String } == [identity.certificatePath])
        let metrics = try ask("GET", "/metrics").body
        #expect(metrics.contains(#"ringfort_certificate_expiry_time_seconds{path="\#(identity.certificatePath)"} "#))
        _ = try server.finish()
    }

    @Test("reloads, and says what needs a restart; where it can't, it says why, and nothing has changed")
    func reload() throws {
        let source = TestSource()
        let server = try server(source: source)
        try source.change {
            $1.realm = "other"
            $1.shards = 7
        }
        let answer = try ask("POST", "/reload")
        #expect(answer.status == 200)
        #expect(try json(answer)["needs_restart"] as? [String] == ["shards"])
        #expect(try server.get("/secret").headers["www-authenticate"] == #"Bearer realm="other""#)
        source.fail("ringfort.yaml:3: no such setting")
        let refusal = try ask("POST", "/reload")
        #expect(refusal.status == 422)
        #expect(try json(refusal)["reason"] as? String == "ringfort.yaml:3: no such setting")
        #expect(try server.get("/secret").headers["www-authenticate"] == #"Bearer realm="other""#)
        #expect(try ask("GET", "/reload").status == 405)
        _ = try server.finish()
    }

    /// A directory for a journal.
    private func makeDirectory() throws -> String {
        let directory = NSTemporaryDirectory() + "rf-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return directory
    }

    @Test("revokes: what it has said yes to is in force on every shard")
    func revoke() throws {
        let directory = try makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try server { $0.revocations = RevocationJournal(directory: directory) }
        let token = try TestKeys.token(subject: "alice", scope: "read:things")
        func status() throws -> Int {
            try server.get("/whoami", headers: "Authorization: Bearer \(token)\r\n").status
        }
        for _ in 0..<8 { #expect(try status() == 200) }
        let now = Int(Date().timeIntervalSince1970)
        let body = #"{"subject":"alice","issued_before":\#(now + 60),"until":\#(now + 600)}"#
        #expect(try ask("POST", "/revoke", body: body).status == 200)
        for _ in 0..<8 { #expect(try status() == 401) }
        let past = #"{"token":"t","until":\#(now - 60)}"#
        for wrong in ["{}", #"{"token":""}"#, #"{"subject":"alice"}"#, "[]", past] {
            #expect(try ask("POST", "/revoke", body: wrong).status == 422, "\(wrong)")
        }
        #expect(try RevocationJournal(directory: directory).revocations().count == 1)
        _ = try server.finish()
    }

    @Test("takes API keys up, and counts them; one without a database says so")
    func apiKeys() throws {
        let database = try APIKeyDatabase()
        let server = try server { database.configure(&$0) }
        let key = try database.key()
        _ = try database.revoked(try database.key())
        #expect(try json(try ask("GET", "/status"))["api_keys"] as? Int == 0)
        #expect(try ask("GET", "/apikeys/reload").status == 405)
        #expect(try ask("POST", "/apikeys/reload", headers: "Origin: http://localhost\r\n").status == 403)
        #expect(try ask("POST", "/apikeys/reload", headers: APIKeyDatabase.header(key)).status == 200)
        #expect(try json(try ask("GET", "/status"))["api_keys"] as? Int == 1)
        #expect(try ask("GET", "/metrics").body.contains("\nringfort_api_keys 1\n"))
        _ = try server.finish()
        let other = try self.server()
        let refusal = try ask("POST", "/apikeys/reload")
        #expect(refusal.status == 422)
        #expect((try json(refusal)["reason"] as? String)?.contains("no database") == true)
        _ = try other.finish()
    }

    private static func bearer(_ token: String) -> String { "Authorization: Bearer \(token)\r\n" }

    @Test("takes no token of a key that was revoked before the start, from its first request on")
    func revokedBefore() throws {
        let directory = try makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let journal = RevocationJournal(directory: directory)
        try journal.append(.key(KeyID("test-eddsa")), nowUnixSeconds: Int64(Date().timeIntervalSince1970))
        let server = try server {
            $0.admin.access = .token
            $0.revocations = journal
        }
        let token = try TestKeys.token(.edDSA, scope: AdminConfiguration.scope)
        #expect(try ask("POST", "/reload", headers: Self.bearer(token)).status == 401)
        let other = try TestKeys.token(.hs256, scope: AdminConfiguration.scope)
        #expect(try ask("POST", "/reload", headers: Self.bearer(other)).status == 200)
        _ = try server.finish()
    }

    @Test("knows revoked tokens from others with several issuers, also after a reload")
    func severalIssuers() throws {
        let directory = try makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (ours, theirs) = ("https://ours.example", "https://theirs.example")
        let server = try server {
            $0.admin.access = .token
            $0.revocations = RevocationJournal(directory: directory)
            $0.issuers = [
                TrustedIssuer(IssuerRequirements(issuer: ours), keyring: try TestKeys.keyring()),
                TrustedIssuer(IssuerRequirements(issuer: theirs), keyring: try TestKeys.keyring()),
            ]
        }
        let headers = Self.bearer(try TestKeys.token(.edDSA, scope: AdminConfiguration.scope, issuer: ours))
        #expect(try ask("GET", "/status", headers: headers).status == 200)
        let until = Int(Date().timeIntervalSince1970) + 600
        let body = #"{"token":"another","until":\#(until)}"#
        #expect(try ask("POST", "/revoke", headers: headers, body: body).status == 200)
        #expect(try ask("GET", "/status", headers: headers).status == 200)
        #expect(try ask("POST", "/reload", headers: headers).status == 200)
        #expect(try ask("GET", "/status", headers: headers).status == 200)
        let subject = #"{"subject":"alice","issued_before":\#(until),"until":\#(until)}"#
        #expect(try ask("POST", "/revoke", headers: headers, body: subject).status == 200)
        #expect(try ask("GET", "/status", headers: headers).status == 401)
        _ = try server.finish()
    }

    @Test("is refused by the name of another host at a port, where no token is asked for")
    func otherHosts() throws {
        let loopback = try #require(ListenAddress("127.0.0.1:0"))
        for access in AdminConfiguration.Access.allCases {
            let server = try server {
                $0.admin.address = loopback
                $0.admin.access = access
            }
            let address = try #require(server.adminAddress)
            let status = access == .local ? 403 : 200
            for host in ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example"] {
                #expect(try ask("GET", "/livez", host: host, at: address).status == status, "\(host)")
                guard access == .local else { continue }
                for target in ["/readyz", "/status", "/metrics"] {
                    #expect(try ask("GET", target, host: host, at: address).status == 403, "\(host) \(target)")
                }
                #expect(try ask("POST", "/reload", host: host, at: address).status == 403)
                #expect(try ask("POST", "/revoke", host: host, body: "{}", at: address).status == 403)
            }
            for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:\(address.port)", "[::1]", "[::1]:80"] {
                #expect(try ask("GET", "/readyz", host: host, at: address).status == 200, "\(host)")
            }
            _ = try server.finish()
        }
    }

    @Test("is let go of with its server: what that held is free for the next", arguments: [1, 2])
    func letGo(reloads: Int) throws {
        weak var control: ServerControl?
        do {
            let server = try server()
            for _ in 1..<reloads { _ = try server.running.reload() }
            control = server.running.control
            #expect(control != nil)
            _ = try server.finish()
        }
        #expect(control == nil)
    }

    @Test("is ready until the server drains, and lives until it has")
    func readiness() throws {
        let server = try server { $0.drainTimeoutMilliseconds = 5_000 }
        #expect(try ask("GET", "/readyz").status == 200)
        let busy = try LoopbackClient(port: server.port)
        busy.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /he")
        _ = try busy.read { $0.hasSuffix("healthy\n") }
        server.running.drain()
        #expect(try ask("GET", "/readyz").status == 503)
        #expect(try ask("GET", "/livez").status == 200)
        busy.send("alth HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try Answer.all(in: busy.readToEnd()).map(\.status) == [200])
        _ = try server.finish()
    }

    @Test("refuses changes that a page in a browser asks for")
    func origins() throws {
        let server = try server(source: TestSource())
        #expect(try ask("POST", "/reload", headers: "Origin: http://evil.example\r\n").status == 403)
        _ = try server.finish()
    }

    @Test("is nowhere that others reach, unless it asks for tokens")
    func exposure() throws {
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
        configuration.admin.address = ListenAddress("0.0.0.0:0")
        #expect(throws: ServerError.self) { try configuration.validate() }
        configuration.admin.access = .token
        try configuration.validate()
        for text in ["127.0.0.1:0", "[::1]:0"] {
            configuration.admin.address = ListenAddress(text)
            configuration.admin.access = .local
            try configuration.validate()
        }
    }

    @Test("asks for a token with its scope, where it shall, and knows the keys of a reload")
    func tokens() throws {
        let source = TestSource()
        let loopback = try #require(ListenAddress("127.0.0.1:0"))
        let server = try server(source: source) {
            $0.admin.address = loopback
            $0.admin.access = .token
        }
        let address = try #require(server.adminAddress)
        func status(_ token: String?, _ target: String = "/status") throws -> Int {
            try ask(
                "GET", target, headers: token.map { "Authorization: Bearer \($0)\r\n" } ?? "", at: address
            ).status
        }
        let token = try TestKeys.token(.edDSA, scope: AdminConfiguration.scope)
        #expect(try status(nil) == 401)
        #expect(try status(nil, "/metrics") == 401)
        #expect(try status(try TestKeys.token(scope: "read:things")) == 403)
        #expect(try status(token) == 200)
        #expect(try status(nil, "/readyz") == 200)
        try source.change {
            $1.keyring = try Keyring(
                verification: TestKeys.keyring().verificationKeys.filter { $0.algorithm != .edDSA })
        }
        _ = try server.running.reload()
        #expect(try status(token) == 401)
        _ = try server.finish()
    }

    @Test("takes the place of a server that was killed, not of one that runs, and of no other file")
    func leftovers() throws {
        let server = try server()
        #expect(throws: ServerError.self) { try self.server() }
        _ = try server.finish()
        try Data().write(to: URL(filePath: path))
        #expect(throws: ServerError.self) { try self.server() }
        #expect(FileManager.default.fileExists(atPath: path))
        try FileManager.default.removeItem(atPath: path)
        // What a killed server leaves: a socket that nobody listens at.
        let left = try #require(ListenAddress(socketPath: path))
        try #require(left.bindAndForget())
        let next = try self.server()
        #expect(try ask("GET", "/livez").status == 200)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        _ = try next.finish()
    }
}

extension ListenAddress {
    /// Makes the socket's file, and closes the socket.
    fileprivate func bindAndForget() -> Bool {
        guard let path = socketPath else { return false }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
