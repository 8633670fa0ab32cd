internal import Bytes
internal import JSON

extension SchemaProgram {
    /// One walk over the elements for all that is said of them one by one.
    func evaluateElements(
        of array: JSONValue, _ rule: ArrayRule, marking frame: MarkFrame, _ state: inout EvaluationState
    ) -> Bool {
        var accepts = true
        var ordinal = 0
        var contained: UInt64 = 0
        var elements = array.elements
        while let element = elements.next() {
            guard state.spend(1) else { return false }
            let node = ordinal < Int(rule.prefix.count) ? nodeLists[Int(rule.prefix.start) + ordinal] : rule.items
            if node != noNode {
                if !evaluate(node, element, marking: .none, &state) { accepts = false }
                guard accepts || state.wantsMore else { return false }
                state.mark(ordinal, in: frame)
            }
            if rule.contains != noNode && ask(rule.contains, element, marking: .none, &state) {
                contained += 1
                state.mark(ordinal, in: frame)
            }
            ordinal &+= 1
        }
        guard rule.contains != noNode else { return accepts }
        return isCount(contained, within: rule, array, &state) && accepts
    }

    private func isCount(
        _ contained: UInt64, within rule: ArrayRule, _ array: JSONValue, _ state: inout EvaluationState
    ) -> Bool {
        if contained < rule.minContains {
            state.refuse(at: array.offset, rule.minContainsReport)
            return false
        }
        if contained > rule.maxContains {
            state.refuse(at: array.offset, rule.maxContainsReport)
            return false
        }
        return true
    }

    func evaluateUnmarkedElements(
        of array: JSONValue, _ node: UInt32, marking frame: MarkFrame, _ state: inout EvaluationState
    ) -> Bool {
        var accepts = true
        var ordinal = 0
        var elements = array.elements
        while let element = elements.next() {
            if !state.isMarked(ordinal, in: frame) {
                if !evaluate(node, element, marking: .none, &state) { accepts = false }
                guard accepts || state.wantsMore else { return false }
                state.mark(ordinal, in: frame)
            }
            ordinal += 1
        }
        return accepts
    }
}

// MARK: - Elements that differ

extension SchemaProgram {
    /// Up to so many elements, comparing each with each is faster than hashing them.
    private static let greatestPairwiseCount = 8

    /// Whether no two elements are equal. O(n) on average: by hashes that a client can't foresee.
    func hasUniqueElements(_ array: JSONValue, _ state: inout EvaluationState) -> Bool {
        let count = array.count
        guard count > Self.greatestPairwiseCount else { return array.differsPairwise(&state) }
        var size = 16
        while size < count * 2 { size *= 2 }
        guard state.spend(size / 8) else { return false }
        state.hashes.removeAll(keepingCapacity: true)
        for _ in 0..<size { state.hashes.append(0) }
        var elements = array.elements
        var ordinal = 0
        while let element = elements.next() {
            guard state.spend(1) else { return false }
            // 0 stands for an empty place.
            let hash = element.keyedHash(&state) | 1
            var place = Int(truncatingIfNeeded: hash >> 1) & (size - 1)
            while state.hashes[place] != 0 {
                if state.hashes[place] == hash && array.hasElement(equalTo: element, before: ordinal, &state) {
                    return false
                }
                place = (place + 1) & (size - 1)
            }
            state.hashes[place] = hash
            ordinal += 1
        }
        return true
    }
}

extension JSONValue {
    /// Whether no two elements are equal, by comparing each with each. O(n²).
    fileprivate func differsPairwise(_ state: inout EvaluationState) -> Bool {
        var rest = elements
        while let element = rest.next() {
            var others = rest
            while let other = others.next() {
                if element.isEqual(to: other, &state) { return false }
            }
        }
        return true
    }

    /// Whether one of the elements up to an ordinal is equal to `value`. Asked when hashes are: there will be one.
    fileprivate func hasElement(equalTo value: JSONValue, before end: Int, _ state: inout EvaluationState) -> Bool {
        var rest = elements
        for _ in 0..<end {
            guard let element = rest.next(), state.spend(1) else { return false }
            if element.isEqual(to: value, &state) { return true }
        }
        return false
    }
}
