import Bytes
import HTTPWire
import Reactor

/// Requests whose handler may wait: they go to the pool with copies of all they need, and come back as answers.
///
/// Their connection's further requests stay where they are meanwhile, so that answers keep their order.
extension Pipeline {
    /// Hands an admitted request to a worker; false when too many wait already.
    mutating func handOver(_ connection: ConnectionID, _ request: consuming WaitingRequest) -> Bool {
        guard let workers else { return false }
        let work = Work(
            correlationID: request.admission.correlationID, route: Int32(request.admission.route),
            isHead: request.isHead)
        let handover = Handover(Job(connection: connection, request: request))
        let (application, answers) = (application, workers.answers)
        let isTaken = workers.pool.submit {
            guard var job = handover.take() else { return }
            job.run(application)
            answers.append(job)
        }
        guard isTaken else { return false }
        connections[connection.slot].work = work
        connections[connection.slot].phase = .working
        connections[connection.slot].startedNanoseconds = now.monotonicNanoseconds
        return true
    }

    /// Which connection's job is done, to be answered next.
    mutating func nextAnswered() -> ConnectionID? {
        guard let workers else { return nil }
        if finished.isEmpty { finished = workers.answers.takeAll().reversed() }
        guard let handover = finished.popLast(), let job = handover.take() else { return nil }
        let connection = job.connection
        current = Box(job)
        return connection
    }

    /// Writes the answer of the job that was announced last.
    mutating func answered(_ slot: Int, _ output: inout ByteBuffer) -> Reception {
        guard let job = current.take() else { preconditionFailure("an answer without a job") }
        connections[slot].phase = .head
        connections[slot].startedNanoseconds = 0
        let id = job.value.request.admission.correlationID
        do throws(WireError) {
            try memory.restore(job.value.request, settings.limits)
            if let problem = job.value.problem {
                input.takeViolations(of: job.value.input)
                answer(
                    slot, problem, id, job.value.request.head.bytes, &output, route: job.value.request.admission.route)
            } else {
                write(slot, job.value.response, job.value.request.admission, job.value.request.head.bytes, &output)
            }
        } catch {
            answer(slot, .internalFault(reason: error.name), id, RawSpan(), &output)
        }
        return reception(slot, 0, connections[slot].isLast ? .close : .idle)
    }
}

/// What a shard needs of the worker pool.
struct Workers: Sendable {
    let pool: WorkerPool
    let answers: AnswerQueue
}
