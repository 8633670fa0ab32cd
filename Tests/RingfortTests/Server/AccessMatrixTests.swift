import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

/// Every kind of route with every kind of credential, over a socket.
@Suite("Access to a route")
struct AccessMatrixTests {
    enum Credential: CaseIterable {
        case none, malformed, forged, expired, early, wrongAudience, wrongIssuer, wrongScope, rightScope, revoked
    }

    /// What the routes ask for.
    private enum Demand: CaseIterable {
        case nothing, token, scope, body, worker, task, owner, keyOrToken, keyOrScope, keyOnWorker

        var request: String {
            switch self {
            case .nothing: "GET /open"
            case .token: "GET /token"
            case .scope: "GET /scope"
            case .body: "POST /body"
            case .worker: "GET /worker"
            case .task: "GET /task"
            case .owner: "DELETE /owned/1"
            case .keyOrToken: "GET /keys/token"
            case .keyOrScope: "GET /keys/scope"
            case .keyOnWorker: "GET /keys/worker"
            }
        }

        var body: String? { self == .body ? "[1]" : nil }

        /// The status of the answer: what is asked of a token, and then whether it grants what the route needs.
        func status(_ credential: Credential) -> Int {
            if self == .nothing { return 200 }
            return switch credential {
            case .none, .malformed, .forged, .expired, .early, .wrongAudience, .wrongIssuer, .revoked: 401
            case .wrongScope: [.token, .keyOrToken].contains(self) ? 200 : 403
            case .rightScope: 200
            }
        }

        /// The status where an API key is brought.
        func status(_ credential: KeyCredential) -> Int {
            guard self != .nothing else { return 200 }
            guard credential != .besideToken, credential != .twice else { return 400 }
            guard takesKeys else { return 401 }
            return switch credential {
            case .malformed, .unknown, .wrongSecret, .expired, .revoked: 401
            case .wrongScope: self == .keyOrToken ? 200 : 403
            case .rightScope: 200
            case .besideToken, .twice: 400
            }
        }

        var takesKeys: Bool { [.keyOrToken, .keyOrScope, .keyOnWorker].contains(self) }
    }

    private static let api: Router = {
        var api = Router()
        api.get("/open") { _, response in response.text("open") }
        api.group("/token", auth: .bearer) { $0.get("") { _, response in response.text("token") } }
        api.get("/scope", scopes: .readThings) { _, response in response.text("scope") }
        api.post("/body", scopes: .readThings) { _, response in response.text("body") }
        api.get("/worker", scopes: .readThings, runs: .onWorker) { _, response in response.text("worker") }
        api.onAsync(.get, "/task", scopes: .readThings) { _, response in response.text("task") }
        api.delete("/owned/:id", access: .owner(with: .readThings)) { request, response throws(Problem) in
            try request.authorize(owner: PrincipalID(issuer: "https://id.example", subject: "alice"))
            response.text("owned")
        }
        api.group("/keys", auth: .bearerOrAPIKey) { keys in
            keys.get("/token") { _, response in response.text("token") }
            keys.get("/scope", scopes: .readThings) { _, response in response.text("scope") }
            keys.get("/worker", scopes: .readThings, runs: .onWorker) { _, response in response.text("worker") }
        }
        return api
    }()

    private static func token(_ credential: Credential, _ algorithm: Algorithm) throws -> String? {
        func made(
            subject: String = "alice", scope: String = "read:things", issuer: String = "https://id.example",
            audience: String = "things", ageSeconds: Int64 = 0, isForged: Bool = false
        ) throws -> String {
            try TestKeys.token(
                algorithm, subject: subject, scope: scope, issuer: issuer, audience: audience, ageSeconds: ageSeconds,
                isForged: isForged)
        }
        return switch credential {
        case .none: nil
        case .malformed: "nonsense"
        case .forged: try made(isForged: true)
        case .expired: try made(ageSeconds: 3_600)
        case .early: try made(ageSeconds: -3_600)
        case .wrongAudience: try made(audience: "others")
        case .wrongIssuer: try made(issuer: "https://other.example")
        case .wrongScope: try made(scope: "delete:things read:thing read:things:all")
        case .rightScope: try made(scope: "write:things read:things")
        case .revoked: try made(subject: "mallory")
        }
    }

    /// What `WWW-Authenticate` says.
    private static func challenge(_ status: Int, _ credential: Credential) -> String? {
        switch status {
        case 401 where credential == .none: #"Bearer realm="ringfort""#
        case 401: #"Bearer realm="ringfort", error="invalid_token""#
        case 403: #"Bearer realm="ringfort", error="insufficient_scope", scope="read:things""#
        default: nil
        }
    }

    private static func server(_ folder: String) throws -> TestServer {
        let journal = RevocationJournal(directory: folder)
        let now = Int64(Date().timeIntervalSince1970)
        try journal.append(
            .subject("mallory", issuer: nil, issuedBeforeUnixSeconds: now + 60, untilUnixSeconds: now + 1_000),
            nowUnixSeconds: now)
        return try TestServer(Self.api) {
            $0.keyring = try TestKeys.keyring()
            $0.issuer = "https://id.example"
            $0.audience = "things"
            $0.revocations = journal
        }
    }

    @Test(
        "is given to the right credential alone, the first time and when it is remembered",
        arguments: Credential.allCases, [Algorithm.hs256, .edDSA, .es256, .v4Public, .v4Local])
    func matrix(credential: Credential, algorithm: Algorithm) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ringfort-matrix-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try Self.server(folder)
        let token = try Self.token(credential, algorithm)
        for demand in Demand.allCases {
            for _ in 0..<2 {
                var head = "\(demand.request) HTTP/1.1\r\nHost: a\r\n"
                if let token { head += "Authorization: Bearer \(token)\r\n" }
                if let body = demand.body {
                    head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                }
                let answer = try server.ask("\(head)\r\n\(demand.body ?? "")")
                let expected = demand.status(credential)
                #expect(answer.status == expected, "\(demand) with \(credential)")
                #expect(answer.headers["www-authenticate"] == Self.challenge(expected, credential))
                if expected != 200 {
                    let members = try answer.problem().keys.sorted()
                    #expect(members == ["correlation_id", "status", "title", "type"])
                }
            }
        }
        _ = try server.finish()
    }

    enum KeyCredential: CaseIterable {
        case malformed, unknown, wrongSecret, expired, revoked, wrongScope, rightScope, besideToken, twice
    }

    private static func headers(_ credential: KeyCredential, _ database: APIKeyDatabase) throws -> String {
        let key = try database.key(scopes: credential == .wrongScope ? "delete:things read:thing" : "read:things")
        return switch credential {
        case .malformed: APIKeyDatabase.header("nonsense")
        case .unknown: APIKeyDatabase.header(try APIKeyDatabase().key())
        case .wrongSecret: APIKeyDatabase.header(APIKeyDatabase.withOtherSecret(key))
        case .expired: APIKeyDatabase.header(try database.key(expiresInSeconds: -1))
        case .revoked: APIKeyDatabase.header(try database.revoked(key))
        case .wrongScope, .rightScope: APIKeyDatabase.header(key)
        case .besideToken:
            "Authorization: Bearer \(try token(.rightScope, .hs256) ?? "")\r\n" + APIKeyDatabase.header(key)
        case .twice: APIKeyDatabase.header(key) + APIKeyDatabase.header(key)
        }
    }

    @Test("is given to the right API key alone, where the route takes API keys", arguments: KeyCredential.allCases)
    func keyMatrix(credential: KeyCredential) throws {
        let database = try APIKeyDatabase()
        let headers = try Self.headers(credential, database)
        let server = try TestServer(Self.api) {
            $0.keyring = try TestKeys.keyring()
            $0.issuer = "https://id.example"
            $0.audience = "things"
            database.configure(&$0)
        }
        for demand in Demand.allCases {
            let body =
                demand.body.map { "Content-Type: application/json\r\nContent-Length: \($0.utf8.count)\r\n" } ?? ""
            let answer = try server.ask(
                "\(demand.request) HTTP/1.1\r\nHost: a\r\n\(headers)\(body)\r\n\(demand.body ?? "")")
            let expected = demand.status(credential)
            #expect(answer.status == expected, "\(demand) with \(credential)")
            let challenge =
                switch expected {
                case 400: #"Bearer realm="ringfort", error="invalid_request""#
                case 401 where !demand.takesKeys: #"Bearer realm="ringfort""#
                default: Self.challenge(expected, .malformed)
                }
            #expect(answer.headers["www-authenticate"] == challenge)
        }
        _ = try server.finish()
    }

    @Test("is refused as 404 or 405 whatever the credential", arguments: Credential.allCases)
    func noRoute(credential: Credential) throws {
        let server = try TestServer(Self.api) { $0.keyring = try TestKeys.keyring() }
        let token = try Self.token(credential, .hs256).map { "Authorization: Bearer \($0)\r\n" } ?? ""
        #expect(try server.ask("GET /nowhere HTTP/1.1\r\nHost: a\r\n\(token)\r\n").status == 404)
        let answer = try server.ask("PATCH /scope HTTP/1.1\r\nHost: a\r\n\(token)\r\n")
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "GET, HEAD, OPTIONS")
        _ = try server.finish()
    }
}
