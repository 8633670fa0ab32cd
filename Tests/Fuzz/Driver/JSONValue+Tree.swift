import Bytes
import JSON

extension JSONValue {
    /// Whether two values are the same: numbers as they are written, strings as they are meant, members in their order.
    func means(_ other: JSONValue) -> Bool {
        guard kind == other.kind, count == other.count else { return false }
        switch kind {
        case .null: return other.isNull
        case .bool: return asBool == other.asBool
        case .number:
            guard let left = numberText, let right = other.numberText else { return false }
            return left.equals(right)
        case .string:
            guard let left = asString, let right = other.asString else { return false }
            return left.equals(right)
        case .array: return elementsMean(other)
        case .object: return membersMean(other)
        }
    }

    private func elementsMean(_ other: JSONValue) -> Bool {
        var left = elements
        var right = other.elements
        while let element = left.next() {
            guard let twin = right.next(), element.means(twin) else { return false }
        }
        return true
    }

    private func membersMean(_ other: JSONValue) -> Bool {
        var left = members
        var right = other.members
        while let member = left.next() {
            guard let twin = right.next(), member.name.equals(twin.name), member.value.means(twin.value) else {
                return false
            }
        }
        return true
    }

    /// Writes the value with the module's own writers.
    func write(to buffer: inout ByteBuffer) {
        switch kind {
        case .null: buffer.append("null")
        case .bool: buffer.append(asBool == true ? "true" : "false")
        case .number: if let text = numberText { buffer.append(text) }
        case .string: if let string = asString { buffer.append(jsonString: string.value.bytes) }
        case .array:
            var writer = JSONArrayWriter(into: &buffer)
            var rest = elements
            while let element = rest.next() {
                writer.beginElement(into: &buffer)
                element.write(to: &buffer)
            }
            writer.finish(into: &buffer)
        case .object:
            var writer = JSONObjectWriter(into: &buffer)
            var rest = members
            while let member = rest.next() {
                writer.append(name: member.name.value.bytes, into: &buffer)
                member.value.write(to: &buffer)
            }
            writer.finish(into: &buffer)
        }
    }
}

extension JSONValue {
    /// Writes the value without white space, and what `string` writes between the quotes of each string.
    func spell(into buffer: inout ByteBuffer, _ string: (JSONString, inout ByteBuffer) -> Void) {
        switch kind {
        case .null, .bool, .number: write(to: &buffer)
        case .string: if let text = asString { text.spell(into: &buffer, string) }
        case .array:
            buffer.append("[")
            var rest = elements
            while let element = rest.next() {
                if buffer.bytes[buffer.count - 1] != 0x5B { buffer.append(",") }
                element.spell(into: &buffer, string)
            }
            buffer.append("]")
        case .object:
            buffer.append("{")
            var rest = members
            while let member = rest.next() {
                if buffer.bytes[buffer.count - 1] != 0x7B { buffer.append(",") }
                member.name.spell(into: &buffer, string)
                buffer.append(":")
                member.value.spell(into: &buffer, string)
            }
            buffer.append("}")
        }
    }
}

extension JSONString {
    fileprivate func spell(into buffer: inout ByteBuffer, _ string: (JSONString, inout ByteBuffer) -> Void) {
        buffer.append("\"")
        string(self, &buffer)
        buffer.append("\"")
    }

    /// The string's value.
    var value: ByteBuffer {
        var buffer = ByteBuffer(capacity: raw.byteCount)
        append(to: &buffer)
        return buffer
    }

    /// Writes the string's value with about half of its characters escaped by their number.
    func respell(into buffer: inout ByteBuffer, _ choices: inout Choices) {
        for scalar in String(value.bytes).unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            guard mustEscape || choices.coin() else {
                buffer.append(String(scalar))
                continue
            }
            for unit in scalar.utf16 {
                let digits = String(unit, radix: 16, uppercase: choices.coin())
                buffer.append("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
            }
        }
    }
}
