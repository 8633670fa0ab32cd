import Bytes
import CAllocationCounter
import Foundation
import Reactor
import Synchronization
import TestSupport
import Testing

@testable import Ringfort

/// A service that publishes, at every pass, how much its shard's thread has allocated.
private final class CountingService: ConnectionService {
    private let service: HTTPService
    private let counter: AllocationReading

    init(_ service: HTTPService, _ counter: AllocationReading) {
        self.service = service
        self.counter = counter
    }

    func passBegan(_ time: PassTime) {
        counter.publish()
        service.passBegan(time)
    }

    func refuse(into output: inout ByteBuffer) { service.refuse(into: &output) }
    func opened(_ connection: ConnectionID, peer: PeerAddress, listener: Int) -> UInt64 {
        service.opened(connection, peer: peer, listener: listener)
    }

    func received(_ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer) -> Reception {
        service.received(connection, bytes, &output)
    }

    func nextAnswered() -> ConnectionID? { service.nextAnswered() }

    func answered(_ connection: ConnectionID, _ output: inout ByteBuffer) -> Reception {
        service.answered(connection, &output)
    }

    func nextDeferred() -> ConnectionID? { service.nextDeferred() }
    func expired(_ connection: ConnectionID, _ output: inout ByteBuffer) { service.expired(connection, &output) }
    func closed(_ connection: ConnectionID) { service.closed(connection) }
    func drainBegan() { service.drainBegan() }
    func ended(_ counters: inout ShardCounters) { service.ended(&counters) }
}

/// What another thread has allocated, as it said last.
private final class AllocationReading: Sendable {
    private let count = Atomic<UInt64>(0)
    func publish() { count.store(ringfort_thread_allocations(), ordering: .releasing) }
    var value: UInt64 { count.load(ordering: .acquiring) }
}

@Suite("A request")
struct ServerAllocationTests {
    private static let api: Router = {
        var api = TestServer.api
        api.group("/key", auth: .bearerOrAPIKey) {
            $0.get("", scopes: .readThings) { request, response in
                response.mediaType = .plainText
                response.body.append(request.principal.subject)
                response.body.append("\n")
            }
        }
        return api
    }()

    /// The requests that are measured. No refusal among them: Swift Testing notes every error that is thrown in its
    /// process, which allocates; `AllocationTests` hold the writing of refusals to nothing.
    private static func requests(_ database: APIKeyDatabase) throws -> [(name: String, text: String)] {
        let token = try TestKeys.token(scope: "read:things")
        return [
            ("/api/health", "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            (
                "/api/profile",
                "GET /whoami HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n\r\n"
            ),
            (
                "an API key",
                "GET /key HTTP/1.1\r\nHost: localhost\r\n\(APIKeyDatabase.header(try database.key()))\r\n"
            ),
        ]
    }

    @Test(
        "allocates nothing in its shard, from the kernel's completion to the answer", .enabled(if: allocationsAreGated))
    func steadyState() throws {
        let reading = AllocationReading()
        let database = try APIKeyDatabase()
        let requests = try Self.requests(database)
        let server = try TestServer(
            Self.api,
            configure: {
                $0.keyring = try TestKeys.keyring()
                database.configure(&$0)
            },
            wrap: { CountingService($0, reading) })
        for (name, text) in requests {
            let client = try LoopbackClient(port: server.port)
            let answerCount = 16
            func exchange() throws {
                client.send(String(repeating: text, count: answerCount))
                let answers = try client.read { text in
                    text.components(separatedBy: "HTTP/1.1 ").count > answerCount
                        && (text.hasSuffix("\n") || text.hasSuffix("}"))
                }
                #expect(answers.hasPrefix("HTTP/1.1 "))
            }
            for _ in 0..<20 { try exchange() }
            let before = reading.value
            for _ in 0..<200 { try exchange() }
            #expect(reading.value == before, "\(name) allocates")
        }
        _ = try server.finish()
    }
}
