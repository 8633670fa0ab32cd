import Bytes
import JSON

/// Parses `bytes` with a tape of its own, and hands the root to `body`.
func withJSON<Result>(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits(), _ body: (JSONValue) -> Result
) throws(JSONError) -> Result {
    var tape = JSONTape(nodes: 1)
    return body(try tape.parse(bytes.span.raw, limits: limits))
}

/// Parses a text with a tape of its own, and hands the root to `body`.
func withJSON<Result>(
    _ text: String, limits: JSONLimits = JSONLimits(), _ body: (JSONValue) -> Result
) throws(JSONError) -> Result {
    try withJSON(Array(text.utf8), limits: limits, body)
}

/// The error that `bytes` are refused with, or nil when they are accepted.
func refusal(of bytes: [UInt8], limits: JSONLimits = JSONLimits()) -> JSONError? {
    do {
        try withJSON(bytes, limits: limits) { _ in }
        return nil
    } catch {
        return error
    }
}

/// The error that a text is refused with, or nil when it is accepted.
func refusal(of text: String, limits: JSONLimits = JSONLimits()) -> JSONError? {
    refusal(of: Array(text.utf8), limits: limits)
}

/// The value of a type that a text makes with a tape of its own.
func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try withJSON(text) { root in Result { () throws(JSONDecodingError) in try root.decode(type) } }.get()
}

/// The error that a type is refused with, or nil when the text makes it.
func refusal<Value: Decodable>(of type: Value.Type, _ text: String) -> JSONDecodingError? {
    do {
        _ = try decoded(type, text)
        return nil
    } catch {
        return error as? JSONDecodingError
    }
}

extension JSONString {
    /// The string's value.
    var value: String {
        var buffer = ByteBuffer(capacity: 0)
        append(to: &buffer)
        return String(buffer.bytes)
    }
}

extension JSONValue {
    /// A number's text, and nothing for anything else.
    var digits: String {
        guard let text = numberText else { return "" }
        return String(text)
    }

    /// A string's text as written, and nothing for anything else.
    var writtenText: String {
        guard let string = asString else { return "" }
        return String(string.raw)
    }
}

/// What a buffer holds after `body` has written to it.
func written(_ body: (inout ByteBuffer) -> Void) -> String {
    var buffer = ByteBuffer(capacity: 0)
    body(&buffer)
    return String(buffer.bytes)
}

/// One line for each value and name, in the order of the text: the tape without its offsets.
func outline(of value: JSONValue) -> [String] {
    switch value.kind {
    case .null: return ["null"]
    case .bool: return ["\(value.asBool == true)"]
    case .number: return [value.digits]
    case .string: return ["\"" + (value.asString?.value ?? "")]
    case .array:
        var lines = ["array of \(value.count)"]
        var elements = value.elements
        while let element = elements.next() { lines += outline(of: element) }
        return lines
    case .object:
        var lines = ["object of \(value.count)"]
        var members = value.members
        while let member = members.next() {
            lines.append("\"" + member.name.value)
            lines += outline(of: member.value)
        }
        return lines
    }
}

/// Writes a value with the writers of the module.
func write(_ value: JSONValue, to buffer: inout ByteBuffer) {
    switch value.kind {
    case .null: buffer.append("null")
    case .bool: buffer.append(value.asBool == true ? "true" : "false")
    case .number:
        if let text = value.numberText { buffer.append(text) }
    case .string:
        if let string = value.asString { append(string, to: &buffer) }
    case .array:
        var writer = JSONArrayWriter(into: &buffer)
        var elements = value.elements
        while let element = elements.next() {
            writer.beginElement(into: &buffer)
            write(element, to: &buffer)
        }
        writer.finish(into: &buffer)
    case .object:
        var writer = JSONObjectWriter(into: &buffer)
        var members = value.members
        var name = ByteBuffer(capacity: 0)
        while let member = members.next() {
            name.removeAll()
            member.name.append(to: &name)
            writer.append(name: name.bytes, into: &buffer)
            write(member.value, to: &buffer)
        }
        writer.finish(into: &buffer)
    }
}

private func append(_ string: JSONString, to buffer: inout ByteBuffer) {
    var text = ByteBuffer(capacity: 0)
    string.append(to: &text)
    buffer.append(jsonString: text.bytes)
}
