import Bytes
import HTTPWire
import Reactor
import Synchronization

/// A request on its way to be answered elsewhere and back: the request in copies, then what became of it.
struct Job: ~Copyable, Sendable {
    let connection: ConnectionID
    var request: OwnedRequest
    var response = ResponseWriter()
    /// Why there is no response, when there is none.
    var problem: Problem?
    var isTask = false

    init(connection: ConnectionID, request: consuming OwnedRequest) {
        self.connection = connection
        self.request = request
    }

    /// Calls the handler. On a worker's thread, which may wait as long as it likes.
    mutating func run(_ handler: Handler) {
        do throws(Problem) {
            try request.check()
            try Self.run(handler, request, &response)
        } catch {
            problem = error
        }
    }

    /// Calls the handler, and waits for it.
    mutating func run(_ handler: AsyncHandler) async {
        do throws(Problem) {
            try request.check()
            try await Self.run(handler, request, &response)
        } catch {
            problem = error
        }
    }

    private static func run(
        _ handler: Handler, _ request: borrowing OwnedRequest, _ response: inout ResponseWriter
    ) throws(Problem) {
        try handler(request.view, &response)
    }

    private static func run(
        _ handler: AsyncHandler, _ request: borrowing OwnedRequest, _ response: inout ResponseWriter
    ) async throws(Problem) {
        try await handler(request, &response)
    }
}

/// One value that one thread leaves for another, which takes it once.
final class Handover<Value: ~Copyable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: consuming sending Value) { self.value = Mutex(value) }

    /// The value; nil when it was taken before.
    func take() -> sending Value? { value.withLock { $0.take() } }
}

/// The jobs that were done for one shard, on their way back to it.
///
/// It needs no bound of its own: no more can come back than were handed out.
final class AnswerQueue: Sendable {
    private let answers = Mutex<[Handover<Job>]>([])
    private let mailbox: ShardMailbox

    init(_ mailbox: ShardMailbox) { self.mailbox = mailbox }

    /// Leaves a job, for the end of the shard's pass. From any thread.
    func append(_ job: consuming sending Job) {
        let handover = Handover(job)
        answers.withLock { $0.append(handover) }
    }

    /// Has the shard look at once.
    func wakeShard() { mailbox.wake() }

    /// Takes all that are there, in the order in which they came.
    func takeAll() -> [Handover<Job>] {
        answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
    }
}
