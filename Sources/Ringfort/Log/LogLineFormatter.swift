import Bytes
import HTTPWire
import JSON

/// Turns records and events into lines of JSON. Whatever text is in them is escaped: no line break and no terminal
/// control survives, and what is no UTF-8 becomes U+FFFD.
struct LogLineFormatter: ~Copyable {
    private var timestamp = LogTimestamp()
    /// Each route's member, written beforehand: `,"route":"/api/posts/:id"`.
    private var routeMembers = ByteBuffer(capacity: 1024)
    private var routeEnds: [Int] = []

    /// A formatter that knows the pattern of each route id.
    init(routes: [String]) {
        for pattern in routes {
            routeMembers.append(",\"route\":")
            routeMembers.append(jsonString: pattern.utf8.span.raw)
            routeEnds.append(routeMembers.count)
        }
    }

    /// Appends the line of a request.
    mutating func append(_ entry: borrowing LogEntry, into buffer: inout ByteBuffer) {
        let record = entry.record
        beginLine(record.wallClockNanoseconds, LogLevel(status: record.status), into: &buffer)
        buffer.append("request\"")
        appendExchange(record, into: &buffer)
        buffer.append(",\"duration_us\":")
        buffer.append(decimal: UInt64(record.durationMicroseconds))
        buffer.append(",\"bytes\":")
        buffer.append(decimal: record.responseBytes)
        appendTexts(of: entry, into: &buffer)
        buffer.append("}\n")
    }

    /// Appends which request it was, of whom, and the status of its answer.
    func appendExchange(_ record: AccessRecord, into buffer: inout ByteBuffer) {
        buffer.append(",\"correlation_id\":\"")
        record.correlationID.write(into: &buffer)
        buffer.append("\",\"client\":\"")
        record.client.write(into: &buffer)
        if let method = record.method {
            buffer.append("\",\"method\":\"")
            buffer.append(method.name)
        }
        buffer.append("\",\"status\":")
        buffer.append(decimal: UInt64(record.status))
    }

    /// Appends the line of an event.
    mutating func append(_ event: LogEvent, into buffer: inout ByteBuffer) {
        beginLine(event.wallClockNanoseconds, event.level, into: &buffer)
        buffer.append(event.name)
        buffer.append(0x22)
        for (name, value) in event.members {
            buffer.append(0x2C)
            buffer.append(jsonString: name)
            buffer.append(0x3A)
            switch value {
            case .text(let text): buffer.append(jsonString: text.utf8.span.raw)
            case .integer(let integer): buffer.append(decimal: integer)
            }
        }
        buffer.append("}\n")
    }

    mutating func beginLine(_ nanoseconds: UInt64, _ level: LogLevel, into buffer: inout ByteBuffer) {
        buffer.append("{\"time\":\"")
        timestamp.write(nanoseconds, into: &buffer)
        buffer.append("\",\"level\":\"")
        buffer.append(level.name)
        buffer.append("\",\"event\":\"")
    }

    private func appendTexts(of entry: borrowing LogEntry, into buffer: inout ByteBuffer) {
        appendPlace(of: entry, into: &buffer)
        append(",\"subject\":", entry.subject, into: &buffer)
        append(",\"reason\":", entry.reason, into: &buffer)
        append(",\"detail\":", entry.detail, into: &buffer)
        append(",\"client_correlation_id\":", entry.offeredCorrelationID, into: &buffer)
    }

    /// Path and route.
    func appendPlace(of entry: borrowing LogEntry, into buffer: inout ByteBuffer) {
        append(",\"path\":", entry.path, into: &buffer)
        if let length = entry.wholePathLength {
            buffer.append(",\"path_length\":")
            buffer.append(decimal: UInt64(length))
        }
        let route = Int(entry.record.route)
        if route >= 0 && route < routeEnds.count {
            let start = route == 0 ? 0 : routeEnds[route - 1]
            buffer.append(routeMembers.bytes.extracting(start..<routeEnds[route]))
        }
    }

    func append(_ member: StaticString, _ text: RawSpan, into buffer: inout ByteBuffer) {
        guard !text.isEmpty else { return }
        buffer.append(member)
        buffer.append(jsonString: text)
    }
}
