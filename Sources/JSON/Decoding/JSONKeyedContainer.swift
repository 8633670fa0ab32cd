internal import Bytes

/// The members of an object, by name.
struct JSONKeyedContainer<Key: CodingKey> {
    private let document: JSONOwnedValue
    private let object: Int
    /// Nil when there are few members.
    private let index: JSONMemberIndex?

    /// - Throws: `DecodingError` when the value is no object.
    init(_ document: JSONOwnedValue, object: Int) throws {
        guard document.read(object, { $0.kind == .object }) else {
            throw document.wrongKind(.object, for: [String: Any].self, at: object)
        }
        self.document = document
        self.object = object
        index = document.read(object) { JSONMemberIndex(of: $0) }
    }

    /// The node of the member's value, or nil when there is none.
    private func node(of key: some CodingKey) -> Int? {
        let name = key.stringValue
        return document.read(object) { object in
            if let index { return index.node(named: name.utf8Span.span.raw, in: object) }
            return object.member(name.utf8Span.span.raw)?.index
        }
    }

    /// The node of the member's value when there is one that is not `null`.
    private func presentNode(of key: Key) -> Int? {
        guard let node = node(of: key), !document.isNull(at: node) else { return nil }
        return node
    }

    private func existingNode(of key: some CodingKey) throws -> Int {
        guard let node = node(of: key) else { throw document.missingMember(key, at: object) }
        return node
    }

    // Inlined, so that each type's reading is compiled for it: generic, it would look its metadata up at every call.
    @inline(__always)
    private func scalar<Scalar: JSONScalar>(_ type: Scalar.Type, of key: Key) throws -> Scalar {
        try document.scalar(type, at: existingNode(of: key))
    }

    @inline(__always)
    private func scalarIfPresent<Scalar: JSONScalar>(_ type: Scalar.Type, of key: Key) throws -> Scalar? {
        guard let node = presentNode(of: key) else { return nil }
        return try document.scalar(type, at: node)
    }

    private func decoder(of key: some CodingKey) throws -> JSONNodeDecoder {
        JSONNodeDecoder(document: document, index: try existingNode(of: key))
    }
}

extension JSONKeyedContainer: KeyedDecodingContainerProtocol {
    var codingPath: [any CodingKey] { document.codingPath(to: object) }

    var allKeys: [Key] {
        document.read(object) { object in
            var keys: [Key] = []
            keys.reserveCapacity(object.count)
            var members = object.members
            while let member = members.next() {
                if let name = String(json: member.nameValue), let key = Key(stringValue: name) { keys.append(key) }
            }
            return keys
        }
    }

    func contains(_ key: Key) -> Bool { node(of: key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { document.isNull(at: try existingNode(of: key)) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> { try decoder(of: key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(of: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try decoder(of: JSONKey.superclass) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(of: key) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try Value(from: decoder(of: key))
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        guard let node = presentNode(of: key) else { return nil }
        return try Value(from: JSONNodeDecoder(document: document, index: node))
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try scalar(type, of: key) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try scalar(type, of: key) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try scalar(type, of: key) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try scalar(type, of: key) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try scalar(type, of: key) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try scalar(type, of: key) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try scalar(type, of: key) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try scalar(type, of: key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try scalar(type, of: key) }
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try scalar(type, of: key) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try scalar(type, of: key) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try scalar(type, of: key) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try scalar(type, of: key) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try scalar(type, of: key) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try scalar(type, of: key) }
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try scalar(type, of: key) }

    // The protocol's own would look for each name three times.
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: Int128.Type, forKey key: Key) throws -> Int128? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { try scalarIfPresent(type, of: key) }
    func decodeIfPresent(_ type: UInt128.Type, forKey key: Key) throws -> UInt128? {
        try scalarIfPresent(type, of: key)
    }
}
