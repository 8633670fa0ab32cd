import Bytes
import Reactor

/// TLS between a shard and its service, which sees plaintext only. Connections that came to a listener of plain HTTP are
/// the service's own.
final class TLSService: ConnectionService {
    private var transport: TLSTransport
    private let service: any ConnectionService

    init(_ transport: consuming TLSTransport) {
        service = transport.service
        self.transport = transport
    }

    func passBegan(_ time: PassTime) { transport.passBegan(time) }

    func opened(_ connection: ConnectionID, peer: PeerAddress, listener: Int) -> UInt64 {
        let deadline = transport.opened(connection, peer: peer, listener: listener)
        guard transport.isPlain(connection) else { return deadline }
        return service.opened(connection, peer: peer, listener: listener)
    }

    func received(_ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer) -> Reception {
        guard !transport.isPlain(connection) else { return service.received(connection, bytes, &output) }
        return transport.received(connection, bytes, &output)
    }

    func holdsInput(_ connection: ConnectionID) -> Bool {
        guard !transport.isPlain(connection) else { return service.holdsInput(connection) }
        return transport.holdsInput(connection)
    }

    /// Nothing: what is told to whoever has come would have to be encrypted for him.
    func refuse(into output: inout ByteBuffer) {}

    func nextDeferred() -> ConnectionID? { transport.nextDeferred() }

    func nextAnswered() -> ConnectionID? { transport.nextAnswered() }

    func answered(_ connection: ConnectionID, _ output: inout ByteBuffer) -> Reception {
        guard !transport.isPlain(connection) else { return service.answered(connection, &output) }
        return transport.answered(connection, &output)
    }

    func expired(_ connection: ConnectionID, _ output: inout ByteBuffer) {
        guard !transport.isPlain(connection) else { return service.expired(connection, &output) }
        transport.expired(connection, &output)
    }

    func closed(_ connection: ConnectionID) {
        if transport.isPlain(connection) { service.closed(connection) }
        transport.closed(connection)
    }

    func drainBegan() { transport.drainBegan() }

    func refresh(_ counters: ShardCounters) { transport.refresh(counters) }

    func drained(_ connection: ConnectionID, _ output: inout ByteBuffer) {
        guard !transport.isPlain(connection) else { return service.drained(connection, &output) }
        transport.drained(connection, &output)
    }

    func ended(_ counters: inout ShardCounters) { transport.ended(&counters) }
}
