internal import Bytes
internal import JSON

/// Equality as JSON Schema has it (core section 4.2.2): numbers by value, objects whatever the order of their members.
extension JSONValue {
    /// Recursive, as deep as the reader allowed. O(n), but O(members²) for objects whose members stand in two orders.
    func isEqual(to other: JSONValue, _ state: inout EvaluationState) -> Bool {
        guard kind == other.kind, count == other.count, state.spend(1) else { return false }
        switch kind {
        case .null: return true
        case .bool: return asBool == other.asBool
        case .number:
            guard let left = numberText, let right = other.numberText,
                state.spend((left.byteCount + right.byteCount) / 16)
            else { return false }
            return left.equals(right) || DecimalText(left).compared(to: DecimalText(right)) == 0
        case .string:
            guard let left = asString, let right = other.asString, state.spend(left.raw.byteCount / 16) else {
                return false
            }
            return left.equals(right)
        case .array: return hasEqualElements(other, &state)
        case .object: return hasEqualMembers(other, &state)
        }
    }

    private func hasEqualElements(_ other: JSONValue, _ state: inout EvaluationState) -> Bool {
        var left = elements
        var right = other.elements
        while let mine = left.next(), let theirs = right.next() {
            guard mine.isEqual(to: theirs, &state) else { return false }
        }
        return true
    }

    private func hasEqualMembers(_ other: JSONValue, _ state: inout EvaluationState) -> Bool {
        var left = members
        var right = other.members
        while let mine = left.next() {
            let nameSteps = mine.name.raw.byteCount / 16
            guard state.spend(nameSteps) else { return false }
            if let theirs = right.next(), mine.name.equals(theirs.name) {
                guard mine.value.isEqual(to: theirs.value, &state) else { return false }
                continue
            }
            // Each of its names may begin as this one does.
            guard state.spend(other.count * (1 + nameSteps)) else { return false }
            guard let theirs = other.value(named: mine.name), mine.value.isEqual(to: theirs, &state) else {
                return false
            }
        }
        return true
    }

    @_lifetime(copy self)
    private func value(named name: JSONString) -> JSONValue? {
        var rest = members
        while let member = rest.next() {
            if member.name.equals(name) { return member.value }
        }
        return nil
    }

    /// Whether it is a number without a fraction: 1, 1.0 and 1e2.
    func isIntegral(_ state: inout EvaluationState) -> Bool {
        if asInteger != nil { return true }
        guard let text = numberText, state.spend(text.byteCount / 16) else { return false }
        return DecimalText(text).isInteger
    }
}

extension JSONValue {
    /// A number that equal values share, and that nobody outside of this process can foresee.
    func keyedHash(_ state: inout EvaluationState) -> UInt64 {
        var hasher = Hasher()
        hash(into: &hasher, &state)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    private func hash(into hasher: inout Hasher, _ state: inout EvaluationState) {
        guard state.spend(1) else { return }
        hasher.combine(kind)
        switch kind {
        case .null: break
        case .bool: hasher.combine(asBool == true)
        case .number:
            guard let text = numberText, state.spend(text.byteCount / 16) else { return }
            DecimalText(text).hash(into: &hasher)
        case .string: if let string = asString { string.hash(into: &hasher, &state) }
        case .array:
            var rest = elements
            while let element = rest.next() { element.hash(into: &hasher, &state) }
        case .object:
            // The sum is the same in every order.
            var sum: UInt64 = 0
            var rest = members
            while let member = rest.next() {
                var memberHasher = Hasher()
                member.name.hash(into: &memberHasher, &state)
                member.value.hash(into: &memberHasher, &state)
                sum &+= UInt64(bitPattern: Int64(memberHasher.finalize()))
            }
            hasher.combine(sum)
        }
    }
}

extension JSONString {
    fileprivate func hash(into hasher: inout Hasher, _ state: inout EvaluationState) {
        guard state.spend(raw.byteCount / 16) else { return }
        guard hasEscapes else { return raw.hash(into: &hasher) }
        state.text.removeAll()
        append(to: &state.text)
        state.text.bytes.hash(into: &hasher)
    }
}

extension RawSpan {
    fileprivate func hash(into hasher: inout Hasher) {
        hasher.combine(byteCount)
        // SAFETY: the pointer is used within the closure only.
        unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}
