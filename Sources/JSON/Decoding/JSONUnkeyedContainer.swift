/// The elements of an array, one after the other.
///
/// Three words, so that it needs no memory of its own as an existential.
struct JSONUnkeyedContainer {
    private let document: JSONOwnedValue
    private let array: UInt32
    /// The node of the next element; behind the last, the array's end.
    private var next: UInt32
    private var position: UInt32 = 0
    private let length: UInt32

    /// - Throws: `DecodingError` when the value is no array.
    init(_ document: JSONOwnedValue, array: Int) throws {
        guard document.read(array, { $0.kind == .array }) else {
            throw document.wrongKind(.array, for: [Any].self, at: array)
        }
        self.document = document
        self.array = UInt32(truncatingIfNeeded: array)
        next = self.array + 1
        length = document.read(array) { $0.node.length }
    }

    /// The node of the next element.
    private func nextNode(for type: any Any.Type) throws -> Int {
        guard !isAtEnd else { throw document.missingElement(type, position: Int(position), at: Int(array)) }
        return Int(next)
    }

    private func nextDecoder(for type: any Any.Type) throws -> JSONNodeDecoder {
        JSONNodeDecoder(document: document, index: try nextNode(for: type))
    }

    /// Moves on, behind an element that has been decoded: after a fault the next attempt meets the same element.
    private mutating func advance() {
        next = UInt32(truncatingIfNeeded: document.end(of: Int(next)))
        position += 1
    }

    @inline(__always)
    private mutating func scalar<Scalar: JSONScalar>(_ type: Scalar.Type) throws -> Scalar {
        let scalar = try document.scalar(type, at: nextNode(for: type))
        advance()
        return scalar
    }
}

extension JSONUnkeyedContainer: UnkeyedDecodingContainer {
    var codingPath: [any CodingKey] { document.codingPath(to: Int(array)) }

    var count: Int? { Int(length) }

    var currentIndex: Int { Int(position) }

    var isAtEnd: Bool { position == length }

    mutating func decodeNil() throws -> Bool {
        guard document.isNull(at: try nextNode(for: Any?.self)) else { return false }
        advance()
        return true
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        let container = try nextDecoder(for: [String: Any].self).container(keyedBy: type)
        advance()
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try nextDecoder(for: [Any].self).unkeyedContainer()
        advance()
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try nextDecoder(for: (any Decoder).self)
        advance()
        return decoder
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try Value(from: nextDecoder(for: type))
        advance()
        return value
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try scalar(type) }
    mutating func decode(_ type: String.Type) throws -> String { try scalar(type) }
    mutating func decode(_ type: Double.Type) throws -> Double { try scalar(type) }
    mutating func decode(_ type: Float.Type) throws -> Float { try scalar(type) }
    mutating func decode(_ type: Int.Type) throws -> Int { try scalar(type) }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try scalar(type) }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try scalar(type) }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try scalar(type) }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try scalar(type) }
    mutating func decode(_ type: Int128.Type) throws -> Int128 { try scalar(type) }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try scalar(type) }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try scalar(type) }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try scalar(type) }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try scalar(type) }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try scalar(type) }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try scalar(type) }
}
