import Bytes
import Reactor

/// TLS between a shard and its service, which sees plaintext only.
final class TLSService: ConnectionService {
    private var transport: TLSTransport

    init(_ transport: consuming TLSTransport) { self.transport = transport }

    func passBegan(_ time: PassTime) { transport.passBegan(time) }

    func opened(_ connection: ConnectionID, peer: PeerAddress) -> UInt64 { transport.opened(connection, peer: peer) }

    func received(_ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer) -> Reception {
        transport.received(connection, bytes, &output)
    }

    func holdsInput(_ connection: ConnectionID) -> Bool { transport.holdsInput(connection) }

    /// Nothing: what is told to whoever has come would have to be encrypted for him.
    func refuse(into output: inout ByteBuffer) {}

    func nextDeferred() -> ConnectionID? { transport.nextDeferred() }

    func nextAnswered() -> ConnectionID? { transport.nextAnswered() }

    func answered(_ connection: ConnectionID, _ output: inout ByteBuffer) -> Reception {
        transport.answered(connection, &output)
    }

    func expired(_ connection: ConnectionID, _ output: inout ByteBuffer) { transport.expired(connection, &output) }

    func closed(_ connection: ConnectionID) { transport.closed(connection) }

    func drainBegan() { transport.drainBegan() }

    func drained(_ connection: ConnectionID, _ output: inout ByteBuffer) { transport.drained(connection, &output) }

    func ended(_ counters: inout ShardCounters) { transport.ended(&counters) }
}
