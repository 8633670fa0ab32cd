/// What answers a request: it reads the one and writes the other, on the shard's thread, and must not wait for anything.
///
/// What it throws is the answer. Both parameters are the shard's own and last as long as the call.
public typealias Handler = @Sendable (borrowing Request, inout ResponseWriter) throws(Problem) -> Void
