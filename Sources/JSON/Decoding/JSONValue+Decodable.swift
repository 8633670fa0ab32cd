extension JSONValue {
    /// Makes a value of `type`, for those who prefer `Codable` to the accessors of this type.
    ///
    /// Nothing is ever guessed: an integer is exact or an error, a missing member or a `null` is nil where the type has an
    /// optional and an error elsewhere, and no type is treated in a way of its own: a `Date` is the number that its own
    /// `init(from:)` asks for. A whole number may be written with a fraction or an exponent (`1.0`, `1e3`). Members that
    /// the type does not ask for are ignored. Names are compared byte for byte; of two members with one name, where the
    /// parser let them pass, the first counts.
    ///
    /// The value's nodes and bytes are copied once, since a `Decoder` may outlive a borrow; strings, arrays and
    /// containers allocate. How deep a type can recurse is bounded by the depth that the document was parsed with.
    /// O(nodes and bytes of the value), besides what the type does.
    ///
    /// - Throws: `JSONDecodingError`. A `DecodingError` that a type throws itself is reported at its coding path; any
    ///   other error of a type is `refused`, at the root.
    public func decode<Value: Decodable>(_ type: Value.Type) throws(JSONDecodingError) -> Value {
        do {
            return try Value(from: JSONNodeDecoder(document: JSONOwnedValue(copying: self), index: 0))
        } catch {
            throw JSONDecodingError(error)
        }
    }
}
