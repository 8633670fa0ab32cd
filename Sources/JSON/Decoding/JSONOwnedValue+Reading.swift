extension JSONOwnedValue {
    func isNull(at index: Int) -> Bool { read(index) { $0.isNull } }

    /// The scalar at the node `index`.
    ///
    /// - Throws: `DecodingError`.
    @inline(__always)
    func scalar<Scalar: JSONScalar>(_ type: Scalar.Type, at index: Int) throws -> Scalar {
        guard let scalar = read(index, { Scalar(json: $0) }) else { throw misfit(of: type, at: index) }
        return scalar
    }

    /// The index of the first node behind the value at the node `index` and its content.
    func end(of index: Int) -> Int { read(index) { Int($0.node.next) } }
}
