import Bytes

/// What answers a request: it reads the one and writes the other, on the shard's thread, and must not wait for anything.
///
/// What it throws is the answer. Both parameters are the shard's own and last as long as the call.
public typealias Handler = @Sendable (borrowing Request, inout ResponseWriter) throws(Problem) -> Void

/// What answers a request when that takes others: a task, which runs on its shard's thread and comes back to it after each
/// `await`. Between two of them it must not wait for anything, either.
///
/// What it throws is the answer. It is cancelled when its client has gone or its time is over; what it answers then goes
/// nowhere.
public typealias AsyncHandler = @Sendable (borrowing OwnedRequest, inout ResponseWriter) async throws(Problem) -> Void

/// A handler that shards call, in a place of its own.
final class ShardHandler: Sendable {
    let handler: Handler

    init(_ handler: @escaping Handler) { self.handler = handler }
}

extension Held<ShardHandler> {
    @inline(__always)
    func call(_ request: borrowing Request, _ response: inout ResponseWriter) throws(Problem) {
        let problem: Problem? = use { place in
            do throws(Problem) {
                try place.handler(request, &response)
                return nil
            } catch {
                return error
            }
        }
        if let problem { throw problem }
    }
}

/// A handler, and where it runs.
enum RouteHandler: Sendable {
    case onShard(Handler)
    case onWorker(Handler)
    case asTask(AsyncHandler)

    var isOnShard: Bool { if case .onShard = self { true } else { false } }
    var isOnWorker: Bool { if case .onWorker = self { true } else { false } }

    /// Whether the other runs in the same place: a server is started with the threads and the room that its handlers need.
    func runsAs(_ other: RouteHandler) -> Bool {
        isOnShard == other.isOnShard && isOnWorker == other.isOnWorker
    }

    /// What a shard calls.
    var onShard: ShardHandler {
        if case .onShard(let handler) = self { return ShardHandler(handler) }
        return ShardHandler { _, _ in preconditionFailure("a handler that runs elsewhere was called here") }
    }
}
