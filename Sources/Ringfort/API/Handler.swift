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

/// A handler, and where it runs.
enum RouteHandler: Sendable {
    case onShard(Handler)
    case onWorker(Handler)
    case asTask(AsyncHandler)

    var isOnShard: Bool { if case .onShard = self { true } else { false } }
    var isOnWorker: Bool { if case .onWorker = self { true } else { false } }
}
