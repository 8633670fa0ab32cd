import Bytes
import Reactor
import Testing
import Tokens

@testable import Ringfort

/// A pipeline without a network, whose clocks are the test's.
struct DirectService {
    let application: Application
    private let service: HTTPService
    private let board: ShardBoard
    private let log: LogWriter

    init(_ api: Router = TestServer.api, configure: (inout ServerConfiguration) throws -> Void) throws {
        var configuration = try ServerConfiguration(
            address: try #require(ListenAddress("127.0.0.1:0")), keyring: TestKeys.keyring())
        configuration.addressRate = nil
        configuration.principalRate = nil
        configuration.failedAuthenticationRate = nil
        configuration.limiterCapacity = 64
        configuration.tokenCacheCapacity = 1_024
        try configure(&configuration)
        application = try Application(api, configuration)
        log = try LogWriter(shards: 1, ringBytes: 1 << 16)
        board = ShardBoard(
            Snapshot(
                application: application, revocations: application.revocations, apiKeys: application.apiKeys,
                certificates: nil),
            [try ShardMailbox()])
        service = HTTPService(
            try Pipeline(application, connections: 1, records: log.producer(shard: 0)),
            seat: ShardSeat(board: board, shard: 0))
    }

    /// Puts another application into force, or other revocations.
    func put(_ application: Application? = nil, revocations: RevocationList) {
        board.put(
            Snapshot(
                application: application ?? self.application, revocations: revocations,
                apiKeys: (application ?? self.application).apiKeys, certificates: nil))
        service.refresh(ShardCounters())
    }

    /// What the pipeline has counted.
    var counters: ShardCounters {
        var counters = ShardCounters()
        service.ended(&counters)
        return counters
    }

    /// Until when the client of a connection must have sent more, in seconds of the monotonic clock: after each of these
    /// pieces, which come at that time. `between` is called after the first.
    func deadlines(_ pieces: [String], monotonicSeconds: Int, between: () -> Void) -> [Int] {
        let connection = ConnectionID(slot: 0, generation: 1)
        service.passBegan(
            PassTime(
                monotonicNanoseconds: UInt64(monotonicSeconds) * 1_000_000_000,
                wallClockNanoseconds: 1_767_225_600_000_000_000))
        _ = service.opened(connection, peer: PeerAddress(ipv4: 0x7F00_0001, port: 1), listener: 0)
        defer { service.closed(connection) }
        var output = ByteBuffer(capacity: 1_024)
        return pieces.indices.map { index in
            if index == 1 { between() }
            let reception = service.received(connection, Array(pieces[index].utf8).span.raw, &output)
            return Int(reception.deadlineNanoseconds / 1_000_000_000)
        }
    }

    /// The status of an answer to a request with this token.
    func status(_ token: String, path: String = "/whoami", monotonicSeconds: Int, unixSeconds: Int) -> Int {
        let connection = ConnectionID(slot: 0, generation: 1)
        service.passBegan(
            PassTime(
                monotonicNanoseconds: UInt64(monotonicSeconds) * 1_000_000_000,
                wallClockNanoseconds: UInt64(unixSeconds) * 1_000_000_000))
        _ = service.opened(connection, peer: PeerAddress(ipv4: 0x7F00_0001, port: 1), listener: 0)
        var output = ByteBuffer(capacity: 1_024)
        let request = Array("GET \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n".utf8)
        _ = service.received(connection, request.span.raw, &output)
        while let deferred = service.nextDeferred() { _ = service.received(deferred, request.span.raw, &output) }
        service.closed(connection)
        return Int(String(output.bytes).dropFirst(9).prefix(3)) ?? 0
    }
}
