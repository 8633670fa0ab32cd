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

    func nextAnswered() -> ConnectionID? { transport.nextAnswered() }

    func answered(_ connection: ConnectionID, _ output: inout ByteBuffer) -> Reception {
        transport.answered(connection, &output)
    }

    func expired(_ connection: ConnectionID, _ output: inout ByteBuffer) { transport.expired(connection, &output) }

    func closed(_ connection: ConnectionID) { transport.closed(connection) }

    func drainBegan() { transport.drainBegan() }
}
