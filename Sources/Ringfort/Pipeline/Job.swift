import Bytes
import HTTPWire
import Reactor
import Synchronization

/// A request on its way through a worker and back: the request in copies, then what became of it.
struct Job: ~Copyable, Sendable {
    let connection: ConnectionID
    let request: WaitingRequest
    var response = ResponseWriter()
    /// Why there is no response, when there is none.
    var problem: Problem?
    var input = InputMemory()

    /// Calls the handler. On a worker's thread, which may wait as long as it likes.
    mutating func run(_ application: Application) {
        do throws(Problem) {
            try Self.run(application, request, &input, &response)
        } catch {
            problem = error
        }
    }

    private static func run(
        _ application: Application, _ request: borrowing WaitingRequest, _ input: inout InputMemory,
        _ response: inout ResponseWriter
    ) throws(Problem) {
        var memory = RequestMemory()
        do throws(WireError) {
            try memory.restore(request, application.configuration.limits)
        } catch {
            throw .internalFault(reason: error.name)
        }
        try memory.callHandler(
            application, request.admission, request.head.bytes, request.body.bytes, peer: request.peer, &input,
            &response)
    }
}

/// One value that one thread leaves for another, which takes it once.
final class Handover<Value: ~Copyable>: Sendable {
    private let value: Mutex<Value?>

    init(_ value: consuming sending Value) { self.value = Mutex(value) }

    /// The value; nil when it was taken before.
    func take() -> sending Value? { value.withLock { $0.take() } }
}

/// The jobs that workers have done for one shard, on their way back to it.
///
/// It needs no bound of its own: no more can come back than were handed out.
final class AnswerQueue: Sendable {
    private let answers = Mutex<[Handover<Job>]>([])
    private let mailbox: ShardMailbox

    init(_ mailbox: ShardMailbox) { self.mailbox = mailbox }

    /// Leaves a job, and has the shard look. From any thread.
    func append(_ job: consuming sending Job) {
        let handover = Handover(job)
        answers.withLock { $0.append(handover) }
        mailbox.wake()
    }

    /// Takes all that are there, in the order in which they came.
    func takeAll() -> [Handover<Job>] {
        answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
    }
}
