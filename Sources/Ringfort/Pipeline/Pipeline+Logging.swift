import Bytes
import HTTPWire
import Reactor
import Tokens

/// The last stage: a request's line in the log. Only what is named here gets there: no query, no header, no token.
extension Pipeline {
    /// Counts an answer by its status.
    mutating func count(_ status: Status) {
        switch status.code {
        case ..<300: counters.answers2xx &+= 1
        case ..<400: counters.answers3xx &+= 1
        case ..<500:
            counters.answers4xx &+= 1
            if status == .tooManyRequests { counters.limitedRequests &+= 1 }
        default: counters.answers5xx &+= 1
        }
    }

    mutating func log(
        _ slot: Int, _ admission: Admission, _ headBytes: RawSpan, status: Status, byteCount: Int
    ) {
        let record = record(slot, admission.correlationID, status, byteCount, route: admission.route)
        Self.append(record, admission, memory, headBytes, keyID: keyID(for: record), to: &records)
    }

    private static func append(
        _ record: AccessRecord, _ admission: Admission, _ memory: borrowing RequestMemory, _ headBytes: RawSpan,
        keyID: String, to records: inout LogProducer
    ) {
        records.append(
            record, path: memory.canonicalPath(headBytes, isDecoded: admission.pathIsDecoded),
            subject: memory.principal.subject,
            offeredCorrelationID: memory.head.offeredCorrelationID(headBytes),
            issuer: memory.principal.issuer, tokenID: memory.tokenID, keyID: keyID.utf8.span.raw)
    }

    mutating func log(
        _ slot: Int, _ problem: Problem, _ id: CorrelationID, _ headBytes: RawSpan, byteCount: Int, route: Int?
    ) {
        // The path as it was sent: a problem may be that there is no canonical one. The log's writer escapes it.
        let path = headBytes.isEmpty ? RawSpan() : headBytes.extracting(memory.head.pathRange)
        var record = record(slot, id, problem.status, byteCount, route: route)
        // Who audits wants to know what was asked for, also where that was refused before anybody had looked.
        if record.decision != nil, route == nil { record.route = Int32(self.route(ofRefused: headBytes) ?? -1) }
        Self.append(record, problem, path, memory, headBytes, keyID: keyID(for: record), to: &records)
    }

    private static func append(
        _ record: AccessRecord, _ problem: Problem, _ path: RawSpan, _ memory: borrowing RequestMemory,
        _ headBytes: RawSpan, keyID: String, to records: inout LogProducer
    ) {
        records.append(
            record, path: path, subject: memory.principal.subject,
            offeredCorrelationID: memory.head.offeredCorrelationID(headBytes), reason: problem.reason.bytes,
            detail: problem.detail.bytes, issuer: memory.principal.issuer, tokenID: memory.tokenID,
            keyID: keyID.utf8.span.raw)
    }

    /// What the audit log says of an answer with this status; nil when it says nothing.
    @inline(__always)
    func decision(_ status: Status) -> AuditDecision? {
        settings.audit?.decision(status, isAuthenticated: memory.isAuthenticated)
    }

    /// The name of the key that has proven who sent the request at hand, where the audit log tells it.
    private func keyID(for record: AccessRecord) -> String {
        record.decision == nil ? "" : memory.keyID(of: application.keyring)
    }

    mutating func log(_ slot: Int, _ status: Status, _ id: CorrelationID, _ headBytes: RawSpan, byteCount: Int) {
        records.append(
            record(slot, id, status, byteCount, route: nil), path: headBytes.extracting(memory.head.pathRange),
            offeredCorrelationID: memory.head.offeredCorrelationID(headBytes))
    }

    private func record(
        _ slot: Int, _ id: CorrelationID, _ status: Status, _ byteCount: Int, route: Int?
    ) -> AccessRecord {
        AccessRecord(
            wallClockNanoseconds: now.wallClockNanoseconds, correlationID: id,
            client: LogClient(connections[slot].peer),
            method: memory.head.method, status: status.code, route: application.isAdmin ? nil : route,
            responseBytes: UInt64(byteCount),
            durationMicroseconds: UInt32(
                clamping: (MonotonicClock.nowNanoseconds() &- connections[slot].requestNanoseconds) / 1000),
            isLogged: settings.log.admits(status: status.code), decision: decision(status))
    }
}

extension RequestHead {
    /// The id that the client offers, where it may stand in a log beside ours.
    @_lifetime(copy headBytes)
    fileprivate func offeredCorrelationID(_ headBytes: RawSpan) -> RawSpan {
        guard !headBytes.isEmpty, let range = value(of: .xCorrelationID) else { return RawSpan() }
        let offered = headBytes.extracting(range)
        return CorrelationID.acceptsOffered(offered) ? offered : RawSpan()
    }
}
