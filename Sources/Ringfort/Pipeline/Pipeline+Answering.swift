import Bytes
import HTTPWire
import Reactor
import Tokens

extension Pipeline {
    /// Runs the handler of an admitted request that lies in the shard's memory, and writes its answer.
    mutating func run(
        _ slot: Int, _ admission: Admission, _ headBytes: RawSpan, _ body: RawSpan, _ output: inout ByteBuffer
    ) {
        response.reset()
        let body = application.rules[admission.route].body == .none ? RawSpan() : body
        do throws(Problem) {
            try Self.call(
                application, memory, admission, headBytes, body, peer: connections[slot].peer, &response)
        } catch {
            return answer(slot, error, admission.correlationID, headBytes, &output, route: admission.route)
        }
        let start = output.count
        response.write(
            with: encoder, correlation: admission.correlationID.words, persistence: persistence(slot),
            isHead: memory.head.method == .head, into: &output)
        guard settings.logsSuccesses || response.status.code >= 400 else { return }
        log(slot, admission, headBytes, status: response.status, byteCount: output.count - start)
    }

    private static func call(
        _ application: Application, _ memory: borrowing RequestMemory, _ admission: Admission, _ headBytes: RawSpan,
        _ body: RawSpan, peer: PeerAddress, _ response: inout ResponseWriter
    ) throws(Problem) {
        let request = memory.request(admission, headBytes, body, application, peer: peer)
        try application.handlers[admission.route](request, &response)
    }

    /// Answers a request whose body has come after its head, from the copies that were made of it.
    mutating func resume(_ slot: Int, _ waiting: borrowing WaitingRequest, _ output: inout ByteBuffer) {
        do throws(WireError) {
            try memory.restore(waiting, settings.limits)
        } catch {
            // The same bytes were a head before. Should they be none now, the fault is ours.
            return answer(
                slot, .internalFault(reason: error.name), waiting.admission.correlationID, RawSpan(), &output)
        }
        run(slot, waiting.admission, waiting.head.bytes, waiting.body.bytes, &output)
    }

    /// Answers an OPTIONS request that no route took.
    mutating func answer(
        _ slot: Int, options allowed: MethodSet, _ id: CorrelationID, _ headBytes: RawSpan, _ output: inout ByteBuffer
    ) {
        problemHeaders.removeAll()
        problemHeaders.append(.allow) { allowed.write(into: &$0) }
        let start = output.count
        encoder.encode(
            .noContent, nil, headers: problemHeaders.lines, correlation: id.words, body: RawSpan(),
            persistence: persistence(slot), isHead: false, into: &output)
        guard settings.logsSuccesses else { return }
        log(slot, .noContent, id, headBytes, byteCount: output.count - start)
    }

    /// Writes the answer that a problem is.
    mutating func answer(
        _ slot: Int, _ problem: Problem, _ id: CorrelationID, _ headBytes: RawSpan, _ output: inout ByteBuffer,
        route: Int? = nil
    ) {
        if problem.closesConnection { connections[slot].isLast = true }
        problemScratch.removeAll()
        problemHeaders.removeAll()
        let realm = application.realm
        problem.writeHeaders(realm: realm.span.raw, into: &problemHeaders)
        problem.writeBody(correlationID: id, into: &problemScratch)
        let start = output.count
        encoder.encode(
            problem.status, .problemJSON, headers: problemHeaders.lines,
            correlation: id.words, body: problemScratch.bytes, persistence: persistence(slot),
            isHead: memory.head.method == .head, into: &output)
        log(slot, problem, id, headBytes, byteCount: output.count - start, route: route)
    }

    /// Answers bytes that are no request: the connection can't be used any more.
    mutating func refuseWire(_ slot: Int, _ error: WireError, _ output: inout ByteBuffer) -> Step {
        connections[slot].isLast = true
        answer(slot, Problem(error), ids.next(), RawSpan(), &output)
        return .ends
    }

    /// Answers a request whose body is not what it should be, or does not come.
    mutating func refuse(
        _ slot: Int, _ waiting: borrowing WaitingRequest, _ problem: Problem, _ output: inout ByteBuffer
    ) -> Step {
        connections[slot].isLast = true
        do throws(WireError) {
            try memory.restore(waiting, settings.limits)
            answer(
                slot, problem, waiting.admission.correlationID, waiting.head.bytes, &output,
                route: waiting.admission.route)
        } catch {
            answer(slot, problem, waiting.admission.correlationID, RawSpan(), &output)
        }
        return .ends
    }

    /// A deadline has passed: an idle connection is closed in silence, one that owes us bytes is told.
    mutating func expired(_ slot: Int, _ output: inout ByteBuffer) {
        connections[slot].isLast = true
        switch connections[slot].phase {
        case .head where connections[slot].startedNanoseconds == 0:
            return
        case .head:
            answer(slot, .requestTimeout(reason: "head_timeout"), ids.next(), RawSpan(), &output)
        case .body:
            guard let waiting = connections[slot].waiting.take() else { return }
            _ = refuse(slot, waiting.value, .requestTimeout(reason: "body_timeout"), &output)
        case .unwantedBody:
            return
        }
    }

    private func persistence(_ slot: Int) -> Persistence {
        connections[slot].isLast ? .close : memory.head.persistence
    }
}
