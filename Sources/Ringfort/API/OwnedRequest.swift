import Bytes
import HTTPWire
import JSON
import Reactor

/// A request that outlives the call: a copy of all that its handler may see, checked like any other.
///
/// ```swift
/// api.onAsync(.get, "/api/reports/:id") { request, response throws(Problem) in
///     let report = await reports.find(String(request.view.parameters.id))
///     …
/// }
/// ```
public struct OwnedRequest: ~Copyable, Sendable {
    let waiting: WaitingRequest
    /// When its handler's task was made.
    let time: PassTime
    private var memory = RequestMemory()
    var input = InputMemory()
    let application: Application

    init(_ waiting: consuming WaitingRequest, _ application: Application, _ time: PassTime) {
        self.waiting = waiting
        self.time = time
        self.application = application
    }

    /// The request as other handlers see it. It can't be kept over an `await`: ask for it again.
    public var view: Request {
        @_lifetime(borrow self)
        get {
            memory.request(
                application, waiting.admission, waiting.head.bytes, waiting.body.bytes, input, peer: waiting.peer)
        }
    }

    /// Reads the head again, and holds path, query and body to the route's schemas.
    mutating func check() throws(Problem) {
        do throws(WireError) {
            try memory.restore(waiting, application.configuration.limits)
        } catch {
            throw .internalFault(reason: error.name)
        }
        try Self.check(application, memory, waiting, &input)
    }

    private static func check(
        _ application: Application, _ memory: borrowing RequestMemory, _ waiting: borrowing WaitingRequest,
        _ input: inout InputMemory
    ) throws(Problem) {
        try memory.checkInput(application, waiting.admission, waiting.head.bytes, waiting.body.bytes, &input)
    }
}
