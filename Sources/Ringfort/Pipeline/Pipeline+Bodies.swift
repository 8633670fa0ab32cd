import Bytes
import HTTPWire

extension Pipeline {
    /// Goes on to the body of an admitted request: where it lies, or through a copy when it is still on its way.
    mutating func beginBody(
        _ connection: ConnectionID, _ admission: Admission, _ headBytes: RawSpan, _ following: RawSpan,
        _ output: inout ByteBuffer
    ) throws(Problem) -> Step {
        let slot = connection.slot
        let limits = settings.limits
        do throws(WireError) {
            connections[slot].decoder = try BodyDecoder(
                memory.head.framing, limits: limits, bodyBytes: bodyLimit(admission.route, limits))
        } catch {
            throw Problem(error)
        }
        try checkMediaType(admission.route, headBytes)
        if let count = connections[slot].decoder.takeWhole(of: following) {
            serve(connection, admission, headBytes, following.extracting(first: count), &output)
            return end(slot, taking: headBytes.byteCount + count)
        }
        if memory.head.expectsContinue && following.isEmpty { output.append(ResponseEncoder.interimContinue) }
        connections[slot].waiting = Box(
            memory.waitingRequest(
                admission, headBytes, peer: connections[slot].peer,
                crossOriginEntry: crossOriginEntry(admission.route, headBytes)))
        connections[slot].application = application
        enterBody(slot, .body)
        return .took(headBytes.byteCount)
    }

    /// Collects the body; when it is whole, the request that waits for it is answered.
    mutating func takeBody(_ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer) -> Step {
        let slot = connection.slot
        guard var waiting = connections[slot].waiting.take() else { preconditionFailure("a body without a request") }
        let route = waiting.value.admission.route
        let taken: Int
        do throws(WireError) {
            taken = try decodeBody(
                slot, bytes, isWanted: application.rules[route].bodyBytes != nil, &waiting.value.body)
        } catch {
            return refuse(slot, waiting.value, Problem(error), &output)
        }
        connections[slot].bodyBytes += UInt64(taken)
        guard connections[slot].decoder.isComplete else {
            connections[slot].waiting = consume waiting
            return .needsMore(taken)
        }
        leaveBody(slot)
        guard !application.rules[route].runsOnShard else {
            resume(slot, waiting.value, &output)
            return end(slot, taking: taken)
        }
        let (id, isHead) = (waiting.value.admission.correlationID, waiting.value.isHead)
        let entry = waiting.value.crossOriginEntry
        if !handOver(connection, waiting.unwrap()) {
            memory.forget()
            shed(slot, id, RawSpan(), &output, route: route, isHead: isHead, crossOriginEntry: entry)
        }
        return end(slot, taking: taken)
    }

    /// Decodes what has come of a body; one that its route doesn't take is not kept, or anybody could fill the memory.
    private mutating func decodeBody(
        _ slot: Int, _ bytes: RawSpan, isWanted: Bool, _ body: inout ByteBuffer
    ) throws(WireError) -> Int {
        if isWanted { return try connections[slot].decoder.decode(bytes, into: &body) }
        problemScratch.removeAll()
        return try connections[slot].decoder.decode(bytes, into: &problemScratch)
    }

    /// Reads on over a body that nobody wants.
    mutating func dropBody(_ slot: Int, _ bytes: RawSpan, _ output: inout ByteBuffer) -> Step {
        problemScratch.removeAll()
        let taken: Int
        do throws(WireError) {
            taken = try connections[slot].decoder.decode(bytes, into: &problemScratch)
        } catch {
            // It was answered already; what is wrong now only means that no further request can be found.
            return .ends
        }
        connections[slot].bodyBytes += UInt64(taken)
        guard connections[slot].decoder.isComplete else { return .needsMore(taken) }
        leaveBody(slot)
        return end(slot, taking: taken)
    }

    private mutating func leaveBody(_ slot: Int) {
        connections[slot].application = nil
        connections[slot].phase = .head
        connections[slot].startedNanoseconds = 0
    }

    private func bodyLimit(_ route: Int, _ limits: HTTPLimits) -> UInt64 {
        min(application.rules[route].bodyBytes ?? .max, limits.bodyBytes)
    }

    private func checkMediaType(_ route: Int, _ headBytes: RawSpan) throws(Problem) {
        guard application.rules[route].bodyBytes != nil else { return }
        guard let range = memory.head.value(of: .contentType), memory.head.count(of: .contentType) == 1,
            memory.head.count(of: .contentEncoding) == 0,
            headBytes.extracting(range).isMediaType(
                BodyPolicy.mediaType(isForm: application.rules[route].takesForm))
        else { throw .unsupportedMediaType }
    }
}

extension RawSpan {
    /// Whether a Content-Type names this type, with or without `charset=utf-8` (for JSON: RFC 8259 section 11).
    fileprivate func isMediaType(_ type: StaticString) -> Bool {
        let end = firstOffset(of: 0x3B) ?? byteCount
        guard trimmed(0..<end).equalsIgnoringASCIICase(type) else { return false }
        guard end < byteCount else { return true }
        let parameter = trimmed(end + 1..<byteCount)
        return parameter.equalsIgnoringASCIICase("charset=utf-8")
            || parameter.equalsIgnoringASCIICase("charset=\"utf-8\"")
    }

    /// The bytes of a range without the whitespace around them.
    @_lifetime(copy self)
    fileprivate func trimmed(_ range: Range<Int>) -> RawSpan {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
        while start < end, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return extracting(start..<end)
    }
}
