import Bytes
import Glibc
import Reactor
import Testing
import Tokens

@testable import Ringfort
@testable import RingfortCLI

/// What a configuration file makes of a pipeline, without a network, at the test's time.
final class LimitedService {
    private let service: HTTPService
    private let board: ShardBoard
    private let log: LogWriter
    private let connection = ConnectionID(slot: 0, generation: 1)
    private let key: SigningKey
    /// Nanoseconds of both clocks, since the start of one and since `startUnixSeconds` of the other.
    var now: UInt64 = 1_000_000_000_000

    private static let startUnixSeconds: Int64 = 1_800_000_000

    init(_ yaml: String) throws {
        let file = TemporaryFile(yaml)
        let settings = try GivenSettings(file: file.path).settings(environment: [:])
        key = .hs256(try SymmetricSecret([UInt8](repeating: 5, count: 32).span.raw), id: try KeyID("test"))
        var configuration = try settings.configuration(Keyring(signing: [key]), cores: 1)
        configuration.verificationPrices = [.hs256: 1_000]
        configuration.identity = nil
        let application = try Application(Self.api, configuration)
        log = try LogWriter(shards: 1, ringBytes: 1 << 16)
        board = ShardBoard(
            Snapshot(
                application: application, revocations: application.revocations, apiKeys: application.apiKeys,
                certificates: nil),
            [try ShardMailbox()])
        service = HTTPService(
            try Pipeline(application, connections: 1, records: log.producer(shard: 0)),
            seat: ShardSeat(board: board, shard: 0))
        beginPass()
    }

    private static let api: Router = {
        var api = Router()
        api.get("/open") { _, response in response.text("open\n") }
        api.get("/mine", scopes: .readProfile) { _, response in response.text("mine\n") }
        api.post("/json", body: .json(bytes: 1 << 22)) { _, response in response.text("taken\n") }
        return api
    }()

    private func beginPass() {
        service.passBegan(
            PassTime(
                monotonicNanoseconds: now,
                wallClockNanoseconds: UInt64(Self.startUnixSeconds) * 1_000_000_000 + now - 1_000_000_000_000))
    }

    /// Opens the connection; how many milliseconds its first request may take.
    @discardableResult
    func open(_ address: UInt32 = 0x7F00_0001) -> UInt64 {
        beginPass()
        return (service.opened(connection, peer: PeerAddress(ipv4: address, port: 1), listener: 0) - now) / 1_000_000
    }

    /// What is answered, and how many milliseconds the connection may be silent now.
    func send(_ text: String) -> (statuses: [Int], silenceMilliseconds: UInt64, text: String) {
        beginPass()
        var output = ByteBuffer(capacity: 1_024)
        let bytes = Array(text.utf8)
        var reception = service.received(connection, bytes.span.raw, &output)
        while let deferred = service.nextDeferred() {
            reception = service.received(deferred, bytes.span.raw, &output)
        }
        let answers = String(output.bytes)
        let statuses = answers.split(separator: "HTTP/1.1 ").compactMap { Int($0.prefix(3)) }
        return (statuses, (reception.deadlineNanoseconds - now) / 1_000_000, answers)
    }

    /// The statuses of one request on a connection of its own.
    func ask(_ text: String) -> [Int] {
        open()
        defer { service.closed(connection) }
        return send(text).statuses
    }

    /// The statuses of a GET with these headers.
    func get(_ path: String, _ headers: String = "") -> [Int] {
        ask("GET \(path) HTTP/1.1\r\nHost: a\r\n\(headers)\r\n")
    }

    /// The statuses, and the sentence of the problem, of a POST with this body.
    func post(_ body: String, headers: String = "", isChunked: Bool = false) -> String {
        open()
        defer { service.closed(connection) }
        let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.utf8.count)"
        let answer = send(
            "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\(framing)\r\n\(headers)\r\n\(body)")
        return "\(answer.statuses)"
    }

    /// The statuses of a request with a token.
    func mine(_ token: String) -> [Int] { get("/mine", "Authorization: Bearer \(token)\r\n") }

    /// A token that was made so many seconds ago.
    func token(subject: String = "jo", ageSeconds: Int64 = 0, lifetimeSeconds: Int64 = 900) throws -> String {
        var token = ByteBuffer(capacity: 512)
        try TokenIssuer(key).issue(
            TokenContent(subject: subject, scope: "read:profile", lifetimeSeconds: lifetimeSeconds),
            nowUnixSeconds: Self.startUnixSeconds - ageSeconds, into: &token)
        return String(token.bytes)
    }
}
