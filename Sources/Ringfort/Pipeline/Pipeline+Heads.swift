import Bytes
import HTTPWire
import Reactor

extension Pipeline {
    /// Parses a head; when it is whole, answers it or goes on to its body.
    mutating func takeHead(_ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer) -> Step {
        guard !bytes.isEmpty else { return .isIdle }
        let slot = connection.slot
        // Until the head is read, nobody knows for whom a proxy speaks.
        if connections[slot].peer != connections[slot].remote { setClient(slot, connections[slot].remote) }
        let isNew = connections[slot].verification != .itsTurn
        if isNew {
            let started = connections[slot].startedNanoseconds
            connections[slot].requestNanoseconds = started == 0 ? now.monotonicNanoseconds : started
        }
        let progress: ParseProgress
        do throws(WireError) {
            progress = try memory.parse(bytes, settings.limits)
        } catch {
            return refuseWire(slot, error, &output)
        }
        guard case .complete(let headBytes) = progress else {
            if connections[slot].startedNanoseconds == 0 {
                connections[slot].startedNanoseconds = now.monotonicNanoseconds
            }
            return .needsMore(0)
        }
        connections[slot].startedNanoseconds = 0
        if isNew {
            counters.requests &+= 1
            connections[slot].requests &+= 1
        }
        decidePersistence(slot)
        let step = answer(
            connection, bytes.extracting(first: headBytes), bytes.extracting(droppingFirst: headBytes), &output)
        if !isNew { connections[slot].verification = .inPlace }
        return step
    }

    /// Decides whether the connection outlives the request.
    private mutating func decidePersistence(_ slot: Int) {
        let age = now.monotonicNanoseconds &- connections[slot].openedNanoseconds
        connections[slot].isLast =
            isDraining || !memory.head.keepAlive || connections[slot].requests >= settings.requestsPerConnection
            || age >= settings.connectionAgeNanoseconds
    }

    /// Takes one request through the stages before its body.
    private mutating func answer(
        _ connection: ConnectionID, _ headBytes: RawSpan, _ following: RawSpan, _ output: inout ByteBuffer
    ) -> Step {
        let slot = connection.slot
        let id = ids.next()
        do throws(Problem) {
            let admission: Admission
            switch try admit(connection, headBytes, id) {
            case .admitted(let admitted): admission = admitted
            case .waits: return .waits
            case .preflight(let preflight):
                skipBodyOrClose(slot, following)
                answer(slot, preflight, id, headBytes, &output)
                return end(slot, taking: headBytes.byteCount)
            case .options(let allowed):
                skipBodyOrClose(slot, following)
                answer(slot, options: allowed, id, headBytes, &output)
                return end(slot, taking: headBytes.byteCount)
            }
            guard hasBody(admission) else {
                serve(connection, admission, headBytes, RawSpan(), &output)
                return end(slot, taking: headBytes.byteCount)
            }
            return try beginBody(connection, admission, headBytes, following, &output)
        } catch {
            skipBodyOrClose(slot, following)
            answer(slot, error, id, headBytes, &output)
            return end(slot, taking: headBytes.byteCount)
        }
    }

    /// Whether there is a body to be read, or one to be missed.
    @inline(__always)
    private func hasBody(_ admission: Admission) -> Bool {
        switch memory.head.framing {
        case .none: false
        case .contentLength(0): application.rules[admission.route].bodyBytes != nil
        case .contentLength, .chunked: true
        }
    }

    /// What follows when a request has been answered, `count` bytes of which were just taken.
    @inline(__always)
    func end(_ slot: Int, taking count: Int) -> Step {
        // The body of a refused request is read to its end before the connection is closed or goes on.
        connections[slot].isLast && connections[slot].phase == .head ? .ends : .took(count)
    }

    /// Prepares to read and drop the body of a request that is answered without it, or to end the connection.
    private mutating func skipBodyOrClose(_ slot: Int, _ following: RawSpan) {
        if !skipBody(slot, following) { connections[slot].isLast = true }
    }

    /// False when the body isn't worth reading, or when the client waits for a 100 that will not come.
    private mutating func skipBody(_ slot: Int, _ following: RawSpan) -> Bool {
        guard memory.head.framing != .none else { return true }
        guard !memory.head.expectsContinue || !following.isEmpty else { return false }
        do throws(WireError) {
            connections[slot].decoder = try BodyDecoder(
                memory.head.framing, limits: settings.limits, bodyBytes: Self.skippedBodyBytes)
        } catch {
            return false
        }
        if !connections[slot].decoder.isComplete { enterBody(slot, .unwantedBody) }
        return true
    }

    mutating func enterBody(_ slot: Int, _ phase: HTTPConnection.Phase) {
        connections[slot].phase = phase
        connections[slot].bodyBytes = 0
        connections[slot].startedNanoseconds = now.monotonicNanoseconds
    }

    /// A refused body up to this size is cheaper to read than a new connection.
    static let skippedBodyBytes: UInt64 = 64 * 1024
}
