import Bytes
import HTTPWire
import Reactor
import Tokens

extension Pipeline {
    /// Serves an admitted request that lies in the shard's memory: here, by a worker or in a task, as its route says.
    mutating func serve(
        _ connection: ConnectionID, _ admission: Admission, _ headBytes: RawSpan, _ body: RawSpan,
        _ output: inout ByteBuffer
    ) {
        guard !application.rules[admission.route].runsOnShard else {
            return run(connection.slot, admission, headBytes, body, &output)
        }
        var request = memory.waitingRequest(
            admission, headBytes, peer: connections[connection.slot].peer,
            crossOriginEntry: crossOriginEntry(admission.route, headBytes))
        if application.rules[admission.route].bodyBytes != nil { request.body.append(body) }
        let (isHead, entry) = (request.isHead, request.crossOriginEntry)
        guard !handOver(connection, request) else { return }
        shed(
            connection.slot, admission.correlationID, headBytes, &output, route: admission.route, isHead: isHead,
            crossOriginEntry: entry)
    }

    /// Runs the handler of an admitted request that lies in the shard's memory, and writes its answer.
    mutating func run(
        _ slot: Int, _ admission: Admission, _ headBytes: RawSpan, _ body: RawSpan, _ output: inout ByteBuffer
    ) {
        response.reset()
        let body = application.rules[admission.route].bodyBytes == nil ? RawSpan() : body
        do throws(Problem) {
            try memory.callHandler(
                application, admission, headBytes, body, peer: connections[slot].peer, &input, &response)
        } catch {
            return answer(slot, error, admission.correlationID, headBytes, &output, route: admission.route)
        }
        application.crossOrigin.append(answer: crossOriginEntry(admission.route, headBytes), to: &response.headers)
        memory.limitState?.writeHeaders(into: &response.headers)
        let (start, persistence) = (output.count, persistence(slot))
        response.write(
            with: encoder, correlation: admission.correlationID.words, persistence: persistence,
            isHead: memory.head.method == .head, into: &output)
        logAnswer(slot, admission, headBytes, response.status, byteCount: output.count - start)
    }

    /// Writes an answer that was made elsewhere.
    mutating func write(
        _ slot: Int, _ response: borrowing ResponseWriter, _ admission: Admission, _ headBytes: RawSpan,
        _ output: inout ByteBuffer
    ) {
        let (start, persistence) = (output.count, persistence(slot))
        response.write(
            with: encoder, correlation: admission.correlationID.words, persistence: persistence,
            isHead: memory.head.method == .head, into: &output)
        logAnswer(slot, admission, headBytes, response.status, byteCount: output.count - start)
    }

    private mutating func logAnswer(
        _ slot: Int, _ admission: Admission, _ headBytes: RawSpan, _ status: Status, byteCount: Int
    ) {
        count(status)
        guard settings.log.admits(status: status.code) || decision(status) != nil else { return }
        log(slot, admission, headBytes, status: status, byteCount: byteCount)
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
        answerWithHeaders(slot, id, headBytes, &output)
    }

    /// Answers a preflight.
    mutating func answer(
        _ slot: Int, _ preflight: Preflight, _ id: CorrelationID, _ headBytes: RawSpan, _ output: inout ByteBuffer
    ) {
        problemHeaders.removeAll()
        problemHeaders.append(.accessControlAllowMethods, preflight.method.name)
        application.crossOrigin.append(preflight: preflight.entry, to: &problemHeaders)
        answerWithHeaders(slot, id, headBytes, &output)
    }

    /// Answers with nothing but the headers that were put together.
    private mutating func answerWithHeaders(
        _ slot: Int, _ id: CorrelationID, _ headBytes: RawSpan, _ output: inout ByteBuffer
    ) {
        let (start, persistence) = (output.count, persistence(slot))
        encoder.encode(
            .noContent, nil, headers: problemHeaders.lines, correlation: id.words, body: RawSpan(),
            persistence: persistence, isHead: false, into: &output)
        count(.noContent)
        guard settings.log.admits(status: Status.noContent.code) else { return }
        log(slot, .noContent, id, headBytes, byteCount: output.count - start)
    }

    /// Writes the answer that a problem is. Where the request's head is gone, who calls says what its origin is told.
    mutating func answer(
        _ slot: Int, _ problem: Problem, _ id: CorrelationID, _ headBytes: RawSpan, _ output: inout ByteBuffer,
        route: Int? = nil, isHead: Bool? = nil, crossOriginEntry: Int? = nil
    ) {
        count(problem.status)
        if problem.closesConnection { connections[slot].isLast = true }
        let start = output.count
        let entry = crossOriginEntry ?? self.crossOriginEntry(ofRefused: headBytes)
        write(problem, id, persistence(slot), isHead: isHead ?? (memory.head.method == .head), entry, into: &output)
        log(slot, problem, id, headBytes, byteCount: output.count - start, route: route)
    }

    private mutating func write(
        _ problem: Problem, _ id: CorrelationID, _ persistence: Persistence, isHead: Bool, _ crossOriginEntry: Int,
        into output: inout ByteBuffer
    ) {
        problemScratch.removeAll()
        problemHeaders.removeAll()
        let (realm, metadata) = (application.realm, application.resourceMetadata)
        problem.writeHeaders(realm: realm.span.raw, resourceMetadata: metadata.span.raw, into: &problemHeaders)
        application.crossOrigin.append(answer: crossOriginEntry, to: &problemHeaders)
        if case .slowDown = problem.advice {} else { memory.limitState?.writeHeaders(into: &problemHeaders) }
        problem.writeBody(correlationID: id, violations: input.violations, into: &problemScratch)
        encoder.encode(
            problem.status, problem.mediaType, headers: problemHeaders.lines,
            correlation: id.words, body: problemScratch.bytes, persistence: persistence,
            isHead: isHead, into: &output)
    }

    /// Refuses a request for which there is no room, with the answer that was encoded for that; where an origin is to be
    /// told more, with one of its own.
    mutating func shed(
        _ slot: Int, _ id: CorrelationID, _ headBytes: RawSpan, _ output: inout ByteBuffer, route: Int, isHead: Bool,
        crossOriginEntry: Int
    ) {
        counters.shedRequests &+= 1
        count(OverloadAnswer.problem.status)
        connections[slot].isLast = true
        guard crossOriginEntry == 0 else {
            return answer(
                slot, OverloadAnswer.problem, id, headBytes, &output, route: route, isHead: isHead,
                crossOriginEntry: crossOriginEntry)
        }
        let start = output.count
        if connections[slot].isOverTLS {
            overloadOverTLS.write(id, isHead: isHead, into: &output)
        } else {
            overload.write(id, isHead: isHead, into: &output)
        }
        log(slot, OverloadAnswer.problem, id, headBytes, byteCount: output.count - start, route: route)
    }

    /// What a client is told whose request nobody reads.
    mutating func refuse(into output: inout ByteBuffer) { overload.write(ids.next(), isHead: false, into: &output) }

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

    /// An idle connection is closed in silence, one that owes us bytes is told.
    mutating func expire(_ slot: Int, _ output: inout ByteBuffer) {
        connections[slot].isLast = true
        encoder.isOverTLS = connections[slot].isOverTLS
        switch connections[slot].phase {
        case .head where connections[slot].verification == .waiting:
            memory.forget()
            answer(slot, .verificationOverload, ids.next(), RawSpan(), &output)
        case .head where connections[slot].startedNanoseconds == 0:
            return
        case .head:
            memory.forget()
            answer(slot, .requestTimeout(reason: "head_timeout"), ids.next(), RawSpan(), &output)
        case .body:
            guard let waiting = connections[slot].waiting.take() else { return }
            _ = refuse(slot, waiting.value, .requestTimeout(reason: "body_timeout"), &output)
        case .unwantedBody:
            return
        case .working:
            // The worker keeps what it has. Should it ever come back, its connection has gone.
            connections[slot].task?.cancel()
            memory.forget()
            let work = connections[slot].work
            let isSafe = application.rules[Int(work.route)].isSafe
            answer(
                slot, .handlerTimeout(isSafe: isSafe), work.correlationID, RawSpan(), &output, route: Int(work.route),
                isHead: work.isHead, crossOriginEntry: Int(work.crossOriginEntry))
        }
    }

    /// What the answer at hand says about the connection. A drain that began after its request makes it the last, too.
    private mutating func persistence(_ slot: Int) -> Persistence {
        if isDraining { connections[slot].isLast = true }
        return connections[slot].isLast ? .close : memory.head.persistence
    }
}
