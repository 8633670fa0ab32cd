import Bytes
import HTTPWire
import Reactor

/// Requests that are answered elsewhere: on a worker, where a handler may wait, or in a task of the shard's. They go with
/// copies of all they need, and come back as answers.
///
/// Their connection's further requests stay where they are meanwhile, so that answers keep their order.
extension Pipeline {
    /// Hands an admitted request over; false when too many are out already.
    mutating func handOver(_ connection: ConnectionID, _ request: consuming WaitingRequest) -> Bool {
        guard let workers else { return false }
        let route = request.admission.route
        let work = Work(
            correlationID: request.admission.correlationID, route: Int32(route), isHead: request.isHead,
            crossOriginEntry: UInt32(request.crossOriginEntry))
        let handler = application.handlers[route]
        // Before anything is copied for one task too many: shedding must cost less than serving.
        if case .asTask = handler, tasks >= settings.tasks { return false }
        let job = Handover(Job(connection: connection, request: OwnedRequest(request, application, now)))
        switch handler {
        case .onShard: return false
        case .onWorker(let handler): guard workers.submit(job, handler) else { return false }
        case .asTask(let handler):
            tasks += 1
            connections[connection.slot].task = workers.start(job, handler)
        }
        jobs += 1
        connections[connection.slot].work = work
        connections[connection.slot].application = application
        connections[connection.slot].phase = .working
        connections[connection.slot].startedNanoseconds = now.monotonicNanoseconds
        return true
    }

    /// Which connection's job is done, to be answered next.
    mutating func nextAnswered() -> ConnectionID? {
        guard let workers else { return nil }
        if finished.isEmpty { finished = workers.answers.takeAll().reversed() }
        guard let handover = finished.popLast(), let job = handover.take() else { return nil }
        jobs -= 1
        if job.isTask { tasks -= 1 }
        let connection = job.connection
        current = Box(job)
        return connection
    }

    mutating func answerJob(_ slot: Int, _ output: inout ByteBuffer) -> Reception {
        guard var job = current.take() else { preconditionFailure("an answer without a job") }
        encoder.isOverTLS = connections[slot].isOverTLS
        connections[slot].phase = .head
        connections[slot].startedNanoseconds = 0
        connections[slot].task = nil
        connections[slot].application = nil
        application.crossOrigin.append(
            answer: job.value.request.waiting.crossOriginEntry, to: &job.value.response.headers)
        write(slot, job.value, job.value.request.waiting, &output)
        return reception(slot, 0, connections[slot].isLast ? .close : .idle)
    }

    private mutating func write(
        _ slot: Int, _ job: borrowing Job, _ request: borrowing WaitingRequest, _ output: inout ByteBuffer
    ) {
        let id = request.admission.correlationID
        do throws(WireError) {
            try memory.restore(request, settings.limits)
        } catch {
            return answer(slot, .internalFault(reason: error.name), id, RawSpan(), &output)
        }
        if let problem = job.problem {
            input.takeViolations(of: job.request.input)
            answer(slot, problem, id, request.head.bytes, &output, route: request.admission.route)
        } else {
            write(slot, job.response, request.admission, request.head.bytes, &output)
        }
    }
}

/// Where a shard's requests are answered when it is not done by the shard at once.
struct Workers: Sendable {
    /// For handlers that wait; nil when no route has one.
    private let pool: WorkerPool?
    /// For handlers that are tasks.
    let executor: ShardExecutor
    let answers: AnswerQueue

    init(_ pool: WorkerPool?, _ mailbox: ShardMailbox) {
        self.pool = pool
        executor = ShardExecutor(mailbox)
        answers = AnswerQueue(mailbox)
    }

    /// Has a worker call the handler; false when too much waits for one.
    func submit(_ job: Handover<Job>, _ handler: @escaping Handler) -> Bool {
        guard let pool else { return false }
        return pool.submit { [answers] in
            guard var job = job.take() else { return }
            job.run(handler)
            answers.append(job)
            answers.wakeShard()
        }
    }

    /// Calls the handler in a task, from the end of this pass on.
    func start(_ job: Handover<Job>, _ handler: @escaping AsyncHandler) -> Task<Void, Never> {
        Task(executorPreference: executor) { [answers] in
            guard var job = job.take() else { return }
            job.isTask = true
            await job.run(handler)
            // It ends on the shard, which looks for answers after each run of its tasks.
            answers.append(job)
        }
    }
}
