import Bytes
import Foundation
import Ringfort
import TestSupport
import Testing

@testable import RingfortCLI

/// The sample API on a port of its own, over a database of its own.
struct RunningPosts {
    let store: PostStore
    let server: RunningServer
    let port: UInt16
    let database: TemporaryDatabase
    private let key: SigningKey

    init(mostBytes: Int64 = PostStore.mostBytes, workers: Int = 4) throws {
        key = SigningKey.hs256(
            try SymmetricSecret([UInt8](repeating: 5, count: 32).span.raw), id: try KeyID("test"))
        database = try TemporaryDatabase()
        store = try PostStore(opening: database.path, mostBytes: mostBytes)
        var configuration = try ServerConfiguration(
            address: try #require(ListenAddress("127.0.0.1:0")), keyring: try Keyring(signing: [key]))
        configuration.addressRate = nil
        configuration.principalRate = nil
        configuration.limiterCapacity = 64
        configuration.workers = workers
        configuration.logDescriptor = unsafe open("\(database.directory)/log", O_CREAT | O_WRONLY | O_APPEND, 0o600)
        let server = try Server(SampleAPI.routes { [store] in store }, configuration)
        port = server.address.port
        self.server = try server.start()
    }

    func token(_ subject: String = "alice", _ scope: String = "write:posts", issuer: String? = nil) throws -> String {
        var token = ByteBuffer(capacity: 512)
        try TokenIssuer(key).issue(
            TokenContent(subject: subject, scope: scope, issuer: issuer, audience: nil, lifetimeSeconds: 60),
            nowUnixSeconds: Int64(Date().timeIntervalSince1970), into: &token)
        return String(token.bytes)
    }

    /// One request on a connection of its own, as it is sent.
    func request(
        _ method: String, _ path: String, token: String, headers: [String] = [], body: String? = nil,
        type: String = "application/json"
    ) -> String {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: a", "Authorization: Bearer \(token)", "Connection: close"]
        if let body { lines += ["Content-Type: \(type)", "Content-Length: \(body.utf8.count)"] }
        return (lines + headers).map { "\($0)\r\n" }.joined() + "\r\n" + (body ?? "")
    }

    func ask(
        _ method: String, _ path: String, token: String? = nil, headers: [String] = [], body: String? = nil,
        type: String = "application/json"
    ) throws -> PostAnswer {
        let client = try LoopbackClient(port: port)
        client.send(
            request(method, path, token: try token ?? self.token(), headers: headers, body: body, type: type))
        return try PostAnswer(try client.readToEnd())
    }

    func post(_ body: String, type: String = "application/json") throws -> PostAnswer {
        try ask("POST", "/api/posts", body: body, type: type)
    }

    /// Ends the server, and gives its log.
    @discardableResult
    func finish() throws -> String {
        server.drain()
        try server.join()
        return try String(contentsOfFile: "\(database.directory)/log", encoding: .utf8)
    }
}

/// An answer of the posts' server.
struct PostAnswer {
    let status: Int
    let headers: [String: String]
    let body: String

    init(_ text: String) throws {
        let parts = text.components(separatedBy: "\r\n\r\n")
        status = try #require(Int(text.dropFirst(9).prefix(3)))
        body = parts.dropFirst().joined(separator: "\r\n\r\n")
        var headers: [String: String] = [:]
        for line in parts[0].components(separatedBy: "\r\n").dropFirst() {
            let colon = try #require(line.firstIndex(of: ":"))
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[line[..<colon].lowercased()] = value
        }
        self.headers = headers
    }

    func object() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }

    func ids() throws -> [Int] {
        let posts = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [[String: Any]])
        return posts.compactMap { $0["id"] as? Int }
    }
}
