import Bytes

extension LogLineFormatter {
    /// Appends the line of a decision: who, what, and how it ended; never a token.
    mutating func appendDecision(_ entry: borrowing LogEntry, into buffer: inout ByteBuffer) {
        let record = entry.record
        guard let decision = record.decision else { return }
        beginLine(record.wallClockNanoseconds, decision == .allowed ? .info : .warning, into: &buffer)
        buffer.append("decision\",\"decision\":\"")
        buffer.append(decision.name)
        buffer.append(0x22)
        appendExchange(record, into: &buffer)
        appendPlace(of: entry, into: &buffer)
        append(",\"issuer\":", entry.issuer, into: &buffer)
        append(",\"subject\":", entry.subject, into: &buffer)
        append(",\"key\":", entry.keyID, into: &buffer)
        append(",\"token\":", entry.tokenID, into: &buffer)
        append(",\"reason\":", entry.reason, into: &buffer)
        append(",\"detail\":", entry.detail, into: &buffer)
        append(",\"client_correlation_id\":", entry.offeredCorrelationID, into: &buffer)
        buffer.append("}\n")
    }
}
