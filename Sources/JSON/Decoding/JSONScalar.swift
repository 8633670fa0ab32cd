internal import Bytes

/// A type that is made of one value without content.
protocol JSONScalar: Decodable {
    /// What the value must be.
    static var kind: JSONKind { get }

    /// Nil when the value is of another kind, or out of the type's range.
    init?(json value: JSONValue)

    /// Why a value of the right kind does not do.
    static func misfit(of value: JSONValue) -> JSONDecodingError.Reason
}

extension JSONScalar {
    static func misfit(of value: JSONValue) -> JSONDecodingError.Reason { .outOfRange }
}

extension Bool: JSONScalar {
    static var kind: JSONKind { .bool }

    init?(json value: JSONValue) {
        guard let truth = value.asBool else { return nil }
        self = truth
    }
}

extension String: JSONScalar {
    static var kind: JSONKind { .string }

    init?(json value: JSONValue) {
        guard let string = value.asString else { return nil }
        guard string.hasEscapes else {
            self.init(string.raw)
            return
        }
        var buffer = ByteBuffer(capacity: string.raw.byteCount)
        string.append(to: &buffer)
        self.init(buffer.bytes)
    }
}

extension Double: JSONScalar {
    static var kind: JSONKind { .number }

    init?(json value: JSONValue) {
        guard let number = value.asDouble else { return nil }
        self = number
    }
}

extension Float: JSONScalar {
    static var kind: JSONKind { .number }

    init?(json value: JSONValue) {
        // Read from the text: by way of a double, it would be rounded twice.
        guard let text = value.numberText, let nearest = Float(String(text)), nearest.isFinite else { return nil }
        self = nearest
    }
}
