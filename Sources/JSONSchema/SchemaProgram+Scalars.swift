internal import Bytes
internal import JSON

// MARK: - Numbers

extension SchemaProgram {
    func isNumber(
        _ instance: JSONValue, _ operation: SchemaInstruction.Operation, _ state: inout EvaluationState
    ) -> Bool {
        guard let written = instance.numberText, state.spend(written.byteCount / 16) else { return true }
        switch operation {
        case .minimum(let bound): return compare(instance, bound) >= 0
        case .maximum(let bound): return compare(instance, bound) <= 0
        case .exclusiveMinimum(let bound): return compare(instance, bound) > 0
        case .exclusiveMaximum(let bound): return compare(instance, bound) < 0
        case .multipleOf(let index): return isMultiple(instance, of: divisors[Int(index)])
        default: preconditionFailure("no keyword for numbers")
        }
    }

    /// -1, 0 or 1 as the instance is less than, equal to or greater than the bound.
    private func compare(_ instance: JSONValue, _ index: UInt32) -> Int {
        let bound = numbers[Int(index)]
        if bound.isInteger, let integer = instance.asInteger {
            return integer < bound.integer ? -1 : integer == bound.integer ? 0 : 1
        }
        guard let written = instance.numberText else { return 0 }
        return DecimalText(written).compared(to: DecimalText(text.bytes.extracting(bound.text.range)))
    }

    private func isMultiple(_ instance: JSONValue, of divisor: DecimalDivisor) -> Bool {
        if divisor.power == 0, let integer = instance.asInteger {
            return integer.magnitude % divisor.digits == 0
        }
        guard let written = instance.numberText else { return true }
        return divisor.divides(DecimalText(written))
    }
}

// MARK: - Strings

extension SchemaProgram {
    func isText(
        _ instance: JSONValue, _ operation: SchemaInstruction.Operation, _ state: inout EvaluationState
    ) -> Bool {
        guard let string = instance.asString else { return true }
        switch operation {
        // Most lengths in bytes leave no doubt, so that nothing need be counted.
        case .maxLength(let limit):
            return string.raw.byteCount <= limit || string.countCharacters(&state) <= limit
        case .minLength(let limit):
            return string.raw.byteCount / string.greatestCharacterBytes >= limit
                || string.countCharacters(&state) >= limit
        case .pattern(let index): return matches(string, pattern: index, &state)
        case .format(let format):
            guard state.spend(format.steps(bytes: string.raw.byteCount)) else { return false }
            guard string.hasEscapes else { return format.accepts(string.raw) }
            state.text.removeAll()
            string.append(to: &state.text)
            return format.accepts(state.text.bytes)
        default: preconditionFailure("no keyword for strings")
        }
    }

    func matches(_ string: JSONString, pattern index: UInt32, _ state: inout EvaluationState) -> Bool {
        guard state.spend(1 + string.raw.byteCount / 16) else { return false }
        guard string.hasEscapes else { return patterns[Int(index)].matches(string.raw) }
        state.text.removeAll()
        string.append(to: &state.text)
        return patterns[Int(index)].matches(state.text.bytes)
    }
}

extension JSONString {
    /// How many bytes one character may take as it is written: four, or those of two escaped surrogates.
    fileprivate var greatestCharacterBytes: Int { hasEscapes ? 12 : 4 }

    /// How many characters (Unicode code points) the value has. O(n).
    fileprivate func countCharacters(_ state: inout EvaluationState) -> Int {
        guard state.spend(raw.byteCount / 16) else { return 0 }
        guard hasEscapes else { return raw.characterCount }
        var count = 0
        var offset = 0
        while offset < raw.byteCount {
            if raw[offset] == 0x5C {
                offset += lengthOfEscape(at: offset)
                count += 1
            } else {
                if raw[offset] & 0xC0 != 0x80 { count += 1 }
                offset += 1
            }
        }
        return count
    }

    /// How many bytes the escape at `offset` takes; the parser has seen that it is whole.
    private func lengthOfEscape(at offset: Int) -> Int {
        guard raw[offset + 1] == 0x75 else { return 2 }
        // A first surrogate's digits are D8 to DB, and the second one follows.
        let isPair = raw[offset + 2] | 0x20 == 0x64 && (raw[offset + 3].hexDigitValue ?? 0) >= 8
        return isPair ? 12 : 6
    }
}

extension RawSpan {
    /// How many bytes begin a character of UTF-8.
    fileprivate var characterCount: Int {
        var continuations = 0
        var offset = 0
        while offset <= byteCount &- 8 {
            let word = word(at: offset, as: UInt64.self)
            // A continuation byte begins with the bits 10.
            continuations &+= (word >> 7 & ~word >> 6 & 0x0101_0101_0101_0101).nonzeroBitCount
            offset &+= 8
        }
        while offset < byteCount {
            if self[offset] & 0xC0 == 0x80 { continuations &+= 1 }
            offset &+= 1
        }
        return byteCount &- continuations
    }
}

// MARK: - Constants

extension SchemaProgram {
    func isEqual(_ instance: JSONValue, anyOf range: TableRange, _ state: inout EvaluationState) -> Bool {
        var index = range.start
        for _ in 0..<range.count {
            guard state.spend(1) else { return false }
            if isEqual(instance, index, &state) { return true }
            index = constants[Int(index)].next
        }
        return false
    }

    /// Recursive, as deep as the constant, which the schema's reader bounds.
    func isEqual(_ instance: JSONValue, _ index: UInt32, _ state: inout EvaluationState) -> Bool {
        let constant = constants[Int(index)]
        switch (constant.kind, instance.kind) {
        case (.null, .null): return true
        case (.falseLiteral, .bool): return instance.asBool == false
        case (.trueLiteral, .bool): return instance.asBool == true
        case (.number, .number):
            guard let written = instance.numberText else { return false }
            let wanted = text.bytes.extracting(constant.text.range)
            guard state.spend(written.byteCount / 16) else { return false }
            return written.equals(wanted) || DecimalText(written).compared(to: DecimalText(wanted)) == 0
        case (.string, .string):
            guard let string = instance.asString else { return false }
            return string.equals(text.bytes.extracting(constant.text.range))
        case (.array, .array): return hasEqualElements(instance, index, &state)
        case (.object, .object): return hasEqualMembers(instance, index, &state)
        default: return false
        }
    }

    private func hasEqualElements(_ instance: JSONValue, _ index: UInt32, _ state: inout EvaluationState) -> Bool {
        guard instance.count == constants[Int(index)].count, state.spend(instance.count) else { return false }
        var child = index + 1
        var elements = instance.elements
        while let element = elements.next() {
            guard isEqual(element, child, &state) else { return false }
            child = constants[Int(child)].next
        }
        return true
    }

    private func hasEqualMembers(_ instance: JSONValue, _ index: UInt32, _ state: inout EvaluationState) -> Bool {
        let count = constants[Int(index)].count
        guard instance.count == count else { return false }
        var name = index + 1
        for _ in 0..<count {
            let wanted = text.bytes.extracting(constants[Int(name)].text.range)
            guard state.spend(instance.count * (1 + wanted.byteCount / 16)) else { return false }
            guard let value = instance.member(wanted), isEqual(value, name + 1, &state) else { return false }
            name = constants[Int(name + 1)].next
        }
        return true
    }
}
