import Bytes
import Foundation
import RingfortTesting
import Synchronization
import TestSupport
import Testing

@testable import Ringfort

extension ScopeSet {
    static let readThings = ScopeSet("read:things")
    static let deleteThings = ScopeSet("delete:things")
}

/// A server on a port of the kernel's choice, for one test, with its log in a file.
struct TestServer {
    let running: RunningServer
    let port: UInt16
    /// The ports of all listeners, that one first.
    let ports: [UInt16]
    private let logPath: String

    /// - Parameter configure: changes the configuration, in which no limit would disturb a test.
    /// - Parameter source: what a reload asks; it begins with what the server begins with.
    /// - Parameter wrap: puts another service around each shard's.
    init(
        _ api: Router = TestServer.api, source: TestSource? = nil,
        configure: (inout ServerConfiguration) throws -> Void = { _ in },
        wrap: @escaping @Sendable (HTTPService) -> any ConnectionService = { $0 }
    ) throws {
        logPath = NSTemporaryDirectory() + "ringfort-test-\(UUID().uuidString).log"
        let descriptor = unsafe open(logPath, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        let address = try #require(ListenAddress("127.0.0.1:0"))
        var configuration = try ServerConfiguration(address: address, keyring: Keyring())
        configuration.addressRate = nil
        configuration.principalRate = nil
        configuration.failedAuthenticationRate = nil
        configuration.verificationTime = nil
        configuration.limiterCapacity = 1024
        configuration.connections = 64
        configuration.logDescriptor = descriptor
        try configure(&configuration)
        let server = try Server(api, configuration)
        port = server.address.port
        ports = server.listeners.map(\.address.port)
        source?.set(api, configuration)
        running = try server.start(reloading: source?.read, wrap: wrap)
    }

    /// Routes that show what a pipeline does.
    static let api: Router = {
        var api = Router()
        api.get("/health") { _, response in response.text("healthy\n") }
        api.get("/things/:id") { request, response in response.text("thing \(request.parameters.id)\n") }
        api.get("/query") { request, response throws(Problem) in
            guard let query = request.query else { throw .notFound }
            response.mediaType = .plainText
            response.body.append(query)
        }
        api.get("/secret", scopes: .readThings) { request, response in
            response.text("secret of \(request.principal.subject)\n")
        }
        api.get("/whoami", scopes: .readThings) { request, response in
            response.mediaType = .plainText
            response.body.append(request.principal.subject)
            response.body.append("\n")
        }
        api.delete("/things/:id", scopes: .deleteThings) { request, response in
            response.text("deleted \(request.parameters.id)\n")
        }
        api.post("/echo", body: .json(bytes: 1000)) { request, response throws(Problem) in
            response.status = .created
            response.mediaType = .json
            response.body.append(request.body)
        }
        api.get("/fault") { _, _ throws(Problem) in
            throw .internalFault(reason: "made_for_a_test", detail: LogDetail("the detail"))
        }
        api.get("/large") { _, response throws(Problem) in
            response.mediaType = .plainText
            for _ in 0..<100_000 { response.body.append("0123456789") }
        }
        return api
    }()

    /// Drains the server and gives the lines of its log.
    func finish() throws -> [[String: Any]] {
        running.drain()
        try running.join()
        let text = try String(contentsOfFile: logPath, encoding: .utf8)
        try FileManager.default.removeItem(atPath: logPath)
        return try text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    /// One request on a connection of its own.
    func ask(_ text: String) throws -> Answer {
        let client = try LoopbackClient(port: port)
        client.send(text)
        client.finishSending()
        let answers = try Answer.all(in: try client.readToEnd())
        return try #require(answers.first)
    }

    /// One GET on a connection of its own.
    func get(_ path: String, headers: String = "") throws -> Answer {
        try ask("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
    }
}

/// An answer as a client reads it.
struct Answer: Equatable {
    let status: Int
    let headers: [String: String]
    let body: String

    /// Cuts what a connection has received into answers, all with a Content-Length.
    static func all(in text: String, toHead: Bool = false) throws -> [Answer] {
        try TestResponse.all(in: text, toHead: toHead).map {
            Answer(status: $0.status, headers: $0.headers, body: $0.body)
        }
    }

    /// The members of a problem's body.
    func problem() throws -> [String: Any] {
        #expect(headers["content-type"] == "application/problem+json")
        return try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }
}
