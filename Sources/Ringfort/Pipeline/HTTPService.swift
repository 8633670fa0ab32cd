import Bytes
import Reactor

/// The pipeline as a shard sees it. All state is in one noncopyable value, so that a call checks exclusivity once.
final class HTTPService: ConnectionService {
    private var pipeline: Pipeline

    init(_ pipeline: consuming Pipeline) { self.pipeline = pipeline }

    func passBegan(_ time: PassTime) { pipeline.passBegan(time) }

    func opened(_ connection: ConnectionID, peer: PeerAddress) -> UInt64 {
        pipeline.opened(connection.slot, peer: peer)
    }

    func received(_ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer) -> Reception {
        pipeline.received(connection, bytes, &output)
    }

    func nextAnswered() -> ConnectionID? { pipeline.nextAnswered() }

    func answered(_ connection: ConnectionID, _ output: inout ByteBuffer) -> Reception {
        pipeline.answered(connection.slot, &output)
    }

    var hasDeferred: Bool { pipeline.hasDeferred }

    func nextDeferred() -> ConnectionID? { pipeline.nextDeferred() }

    func expired(_ connection: ConnectionID, _ output: inout ByteBuffer) {
        pipeline.expired(connection.slot, &output)
    }

    func closed(_ connection: ConnectionID) { pipeline.closed(connection.slot) }

    func drainBegan() { pipeline.isDraining = true }
}
