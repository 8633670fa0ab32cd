extension JSONOwnedValue {
    /// The error for a value of another kind than `type` is made of.
    func wrongKind(_ expected: JSONKind, for type: any Any.Type, at index: Int) -> DecodingError {
        let found = read(index) { $0.kind }
        let context = context(.wrongKind(expected: expected, found: found), at: index)
        return found == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    /// The error for a scalar that `type` can't be made of.
    func misfit<Scalar: JSONScalar>(of type: Scalar.Type, at index: Int) -> DecodingError {
        guard read(index, { $0.kind }) == Scalar.kind else { return wrongKind(Scalar.kind, for: type, at: index) }
        return .dataCorrupted(context(read(index) { Scalar.misfit(of: $0) }, at: index))
    }

    /// The error for a member that the object at `index` lacks.
    func missingMember(_ key: any CodingKey, at index: Int) -> DecodingError {
        .keyNotFound(key, context(.missingMember, at: index))
    }

    /// The error for an element that the array at `index` lacks, behind `position` others.
    func missingElement(_ type: any Any.Type, position: Int, at index: Int) -> DecodingError {
        .valueNotFound(
            type, context(.missingValue, path: codingPath(to: index) + [JSONKey(intValue: position)]))
    }

    private func context(_ reason: JSONDecodingError.Reason, at index: Int) -> DecodingError.Context {
        context(reason, path: codingPath(to: index))
    }

    private func context(_ reason: JSONDecodingError.Reason, path: [any CodingKey]) -> DecodingError.Context {
        DecodingError.Context(
            codingPath: path, debugDescription: reason.sentence, underlyingError: JSONDecodingFault(reason: reason))
    }
}
