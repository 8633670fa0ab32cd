/// A decoder of one value: an index into the owned nodes, so that making one allocates nothing.
struct JSONNodeDecoder: Decoder {
    let document: JSONOwnedValue
    let index: Int

    var codingPath: [any CodingKey] { document.codingPath(to: index) }

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(try JSONKeyedContainer(document, object: index))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try JSONUnkeyedContainer(document, array: index)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension JSONNodeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { document.isNull(at: index) }

    func decode(_ type: Bool.Type) throws -> Bool { try document.scalar(type, at: index) }
    func decode(_ type: String.Type) throws -> String { try document.scalar(type, at: index) }
    func decode(_ type: Double.Type) throws -> Double { try document.scalar(type, at: index) }
    func decode(_ type: Float.Type) throws -> Float { try document.scalar(type, at: index) }
    func decode(_ type: Int.Type) throws -> Int { try document.scalar(type, at: index) }
    func decode(_ type: Int8.Type) throws -> Int8 { try document.scalar(type, at: index) }
    func decode(_ type: Int16.Type) throws -> Int16 { try document.scalar(type, at: index) }
    func decode(_ type: Int32.Type) throws -> Int32 { try document.scalar(type, at: index) }
    func decode(_ type: Int64.Type) throws -> Int64 { try document.scalar(type, at: index) }
    func decode(_ type: Int128.Type) throws -> Int128 { try document.scalar(type, at: index) }
    func decode(_ type: UInt.Type) throws -> UInt { try document.scalar(type, at: index) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try document.scalar(type, at: index) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try document.scalar(type, at: index) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try document.scalar(type, at: index) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try document.scalar(type, at: index) }
    func decode(_ type: UInt128.Type) throws -> UInt128 { try document.scalar(type, at: index) }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: self) }
}
