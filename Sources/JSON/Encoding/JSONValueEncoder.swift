/// Encodes one value into a place of the tree.
struct JSONValueEncoder: Encoder, SingleValueEncodingContainer {
    private let place: JSONEncodedValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ place: JSONEncodedValue, codingPath: [any CodingKey]) {
        self.place = place
        self.codingPath = codingPath
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = place.content {} else { place.content = .object(JSONEncodedMembers()) }
        return KeyedEncodingContainer(JSONKeyedEncoder<Key>(place, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array = place.content {} else { place.content = .array([]) }
        return JSONUnkeyedEncoder(place, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { place.content = .null }
    func encode(_ value: Bool) { place.content = .word(value ? "true" : "false") }
    func encode(_ value: String) { place.content = .string(value) }
    func encode(_ value: Double) throws { try encode(number: value) }
    func encode(_ value: Float) throws { try encode(number: value) }
    func encode(_ value: Int) { encode(integer: value) }
    func encode(_ value: Int8) { encode(integer: value) }
    func encode(_ value: Int16) { encode(integer: value) }
    func encode(_ value: Int32) { encode(integer: value) }
    func encode(_ value: Int64) { encode(integer: value) }
    func encode(_ value: UInt) { encode(integer: value) }
    func encode(_ value: UInt8) { encode(integer: value) }
    func encode(_ value: UInt16) { encode(integer: value) }
    func encode(_ value: UInt32) { encode(integer: value) }
    func encode(_ value: UInt64) { encode(integer: value) }

    func encode<Value: Encodable>(_ value: Value) throws {
        switch value {
        case let value as String: encode(value)
        case let value as Bool: encode(value)
        case let value as Int: encode(integer: value)
        default: try value.encode(to: self)
        }
    }

    private func encode(integer: some BinaryInteger & CustomStringConvertible) {
        place.content = .word(integer.description)
    }

    /// Swift's description of a finite number is a JSON number: the shortest that reads as the same value.
    private func encode(number: some BinaryFloatingPoint & CustomStringConvertible) throws {
        guard number.isFinite else {
            throw EncodingError.invalidValue(
                number, EncodingError.Context(codingPath: codingPath, debugDescription: "JSON has no such number"))
        }
        place.content = .word(number.description)
    }
}

private struct JSONKeyedEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    private let object: JSONEncodedValue
    let codingPath: [any CodingKey]

    init(_ object: JSONEncodedValue, codingPath: [any CodingKey]) {
        self.object = object
        self.codingPath = codingPath
    }

    func encodeNil(forKey key: Key) { encoder(key).encodeNil() }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { try encoder(key).encode(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder(JSONKey.superclass) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }

    private func encoder(_ key: some CodingKey) -> JSONValueEncoder {
        JSONValueEncoder(object.addMember(key.stringValue), codingPath: codingPath + [key])
    }
}

private struct JSONUnkeyedEncoder: UnkeyedEncodingContainer {
    private let array: JSONEncodedValue
    let codingPath: [any CodingKey]
    private(set) var count = 0

    init(_ array: JSONEncodedValue, codingPath: [any CodingKey]) {
        self.array = array
        self.codingPath = codingPath
    }

    mutating func encodeNil() { next().encodeNil() }
    mutating func encode<Value: Encodable>(_ value: Value) throws { try next().encode(value) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { next() }

    private mutating func next() -> JSONValueEncoder {
        let path = codingPath + [JSONKey(intValue: count)]
        count += 1
        return JSONValueEncoder(array.addElement(), codingPath: path)
    }
}
