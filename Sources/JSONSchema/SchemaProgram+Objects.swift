internal import Bytes
internal import JSON

extension SchemaProgram {
    /// One walk over the members for all that is said of them one by one.
    func evaluateMembers(
        of object: JSONValue, _ rule: ObjectRule, marking frame: MarkFrame, _ state: inout EvaluationState
    ) -> Bool {
        var accepts = true
        var missing = rule.requiredBits
        var ordinal = 0
        var members = object.members
        while let member = members.next() {
            guard state.spend(1) else { return false }
            if !evaluate(member, ordinal, rule, missing: &missing, marking: frame, &state) {
                accepts = false
                guard state.wantsMore else { return false }
            }
            ordinal &+= 1
        }
        guard missing != 0 else { return accepts }
        for index in rule.names.indices where names[index].requiredBit & missing != 0 {
            state.refuse(at: object.offset, names[index].report)
        }
        return false
    }

    @inline(__always)
    private func evaluate(
        _ member: JSONMember, _ ordinal: Int, _ rule: ObjectRule, missing: inout UInt64, marking frame: MarkFrame,
        _ state: inout EvaluationState
    ) -> Bool {
        var accepts = true
        var isKnown = false
        if let index = find(member.name, rule, &state) {
            missing &= ~names[index].requiredBit
            let node = names[index].node
            if node != noNode {
                isKnown = true
                accepts = evaluate(node, member.value, marking: .none, &state)
            }
        }
        for index in rule.patterns.indices {
            guard matches(member.name, pattern: patternNodes[index].pattern, &state) else { continue }
            isKnown = true
            if !evaluate(patternNodes[index].node, member.value, marking: .none, &state) { accepts = false }
        }
        if !isKnown && rule.additional != noNode {
            isKnown = true
            if !evaluate(rule.additional, member.value, marking: .none, &state) { accepts = false }
        }
        if rule.propertyNames != noNode {
            if !evaluate(rule.propertyNames, member.nameValue, marking: .none, &state) { accepts = false }
        }
        if isKnown { state.mark(ordinal, in: frame) }
        return accepts
    }

    func evaluateUnmarkedMembers(
        of object: JSONValue, _ node: UInt32, marking frame: MarkFrame, _ state: inout EvaluationState
    ) -> Bool {
        var accepts = true
        var ordinal = 0
        var members = object.members
        while let member = members.next() {
            if !state.isMarked(ordinal, in: frame) {
                if !evaluate(node, member.value, marking: .none, &state) { accepts = false }
                guard accepts || state.wantsMore else { return false }
                state.mark(ordinal, in: frame)
            }
            ordinal += 1
        }
        return accepts
    }
}

// MARK: - Names that must be there

extension SchemaProgram {
    /// Whether all names of a run are members; each that is not is reported.
    func hasRequired(_ object: JSONValue, _ range: TableRange, _ state: inout EvaluationState) -> Bool {
        var accepts = true
        for index in range.indices where !hasMember(object, index, &state) {
            state.refuse(at: object.offset, names[index].report)
            accepts = false
        }
        return accepts
    }

    /// Whether the other names of a run are members where its first one is.
    func hasDependentRequired(_ object: JSONValue, _ range: TableRange, _ state: inout EvaluationState) -> Bool {
        guard hasMember(object, Int(range.start), &state) else { return true }
        return hasRequired(object, TableRange(start: Int(range.start) + 1, count: Int(range.count) - 1), &state)
    }

    /// Whether the object keeps to the nodes of those names that are members.
    func evaluateDependents(
        of object: JSONValue, _ range: TableRange, marking frame: MarkFrame, _ state: inout EvaluationState
    ) -> Bool {
        var accepts = true
        for index in range.indices where hasMember(object, index, &state) {
            if !evaluate(names[index].node, object, marking: frame, &state) {
                accepts = false
                guard state.wantsMore else { return false }
            }
        }
        return accepts
    }

    private func hasMember(_ object: JSONValue, _ index: Int, _ state: inout EvaluationState) -> Bool {
        guard state.spend(object.count) else { return false }
        return object.member(text.bytes.extracting(names[index].name.range)) != nil
    }
}
