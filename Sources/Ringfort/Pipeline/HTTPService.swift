import Bytes
import Reactor

/// The pipeline as a shard sees it. All state is in one noncopyable value, so that a call checks exclusivity once.
final class HTTPService: ConnectionService {
    private var pipeline: Pipeline
    private let executor: ShardExecutor?
    private let seat: ShardSeat?

    init(_ pipeline: consuming Pipeline, seat: ShardSeat? = nil) {
        self.seat = seat
        executor = pipeline.workers?.executor
        self.pipeline = pipeline
    }

    /// How many requests are out with a worker or a task.
    var jobs: Int { pipeline.jobs }

    func passBegan(_ time: PassTime) { pipeline.passBegan(time) }

    func refuse(into output: inout ByteBuffer) { pipeline.refuse(into: &output) }

    func opened(_ connection: ConnectionID, peer: PeerAddress, listener: Int) -> UInt64 {
        pipeline.opened(connection.slot, peer: peer, listener: listener)
    }

    func identified(_ connection: ConnectionID, certificate: InlineArray<32, UInt8>) {
        pipeline.identified(connection.slot, certificate: certificate)
    }

    func received(_ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer) -> Reception {
        pipeline.received(connection, bytes, &output)
    }

    func nextAnswered() -> ConnectionID? {
        // Asked in each pass: the locks of those who answer are not even looked at while nobody has been asked.
        guard pipeline.jobs > 0 else { return nil }
        executor?.run()
        return pipeline.nextAnswered()
    }

    func answered(_ connection: ConnectionID, _ output: inout ByteBuffer) -> Reception {
        pipeline.answered(connection.slot, &output)
    }

    func nextDeferred() -> ConnectionID? { pipeline.nextDeferred() }

    func expired(_ connection: ConnectionID, _ output: inout ByteBuffer) {
        pipeline.expired(connection.slot, &output)
    }

    func closed(_ connection: ConnectionID) { pipeline.closed(connection.slot) }

    func drainBegan() { pipeline.isDraining = true }

    func refresh(_ counters: ShardCounters) {
        guard let seat else { return }
        var counters = counters
        counters.add(pipeline.counters)
        adopt(seat.board.look(shard: seat.shard, counters))
    }

    /// Goes by another snapshot from the next request on.
    func adopt(_ snapshot: Snapshot) {
        let admin = seat?.isAdmin == true ? snapshot.admin : nil
        pipeline.adopt(admin ?? snapshot.application, snapshot.revocations, snapshot.apiKeys)
    }

    func ended(_ counters: inout ShardCounters) {
        executor?.end()
        counters.add(pipeline.counters)
        if let seat { seat.board.leave(shard: seat.shard, counters) }
    }
}
