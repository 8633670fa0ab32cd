internal import Bytes
internal import JSON

/// The keywords that apply subschemas to the instance itself (core section 10.2).
extension SchemaProgram {
    func apply(
        _ instruction: SchemaInstruction, _ instance: JSONValue, marking frame: MarkFrame,
        _ state: inout EvaluationState
    ) -> Bool {
        switch instruction.operation {
        case .reference(let node):
            return evaluate(node, instance, marking: frame, &state)
        case .dynamicReference(let name, let fallback):
            let node = target(Int(name) * resourceCount, in: state.scope) ?? fallback
            return evaluate(node, instance, marking: frame, &state)
        case .allOf(let range):
            return evaluateAll(range, instance, marking: frame, &state)
        case .condition(let ifNode, let thenNode, let elseNode):
            let next = ask(ifNode, instance, marking: frame, &state) ? thenNode : elseNode
            return next == noNode || evaluate(next, instance, marking: frame, &state)
        case .anyOf(let range):
            // Where marks are read, what every branch evaluates counts.
            let limit = frame.isSome ? Int.max : 1
            if countAccepting(range, instance, upTo: limit, marking: frame, &state) > 0 { return true }
        case .oneOf(let range):
            if countAccepting(range, instance, upTo: 2, marking: frame, &state) == 1 { return true }
        case .not(let node):
            if !ask(node, instance, marking: .none, &state) { return true }
        default:
            preconditionFailure("no keyword that applies subschemas")
        }
        state.refuse(at: instance.offset, instruction.report)
        return false
    }

    /// Whether a subschema accepts, where it is no fault when it does not.
    func ask(
        _ node: UInt32, _ instance: JSONValue, marking frame: MarkFrame, _ state: inout EvaluationState
    ) -> Bool {
        state.beginQuestion()
        defer { state.endQuestion() }
        return evaluate(node, instance, marking: frame, &state)
    }

    /// The node of the outermost resource in scope that has the dynamic anchor (core section 8.2.3.2).
    private func target(_ targets: Int, in scope: [UInt32]) -> UInt32? {
        for resource in scope where dynamicTargets[targets + Int(resource)] != noNode {
            return dynamicTargets[targets + Int(resource)]
        }
        return nil
    }

    private func evaluateAll(
        _ range: TableRange, _ instance: JSONValue, marking frame: MarkFrame, _ state: inout EvaluationState
    ) -> Bool {
        var accepts = true
        for index in range.indices where !evaluate(nodeLists[index], instance, marking: frame, &state) {
            accepts = false
            guard state.wantsMore else { return false }
        }
        return accepts
    }

    private func countAccepting(
        _ range: TableRange, _ instance: JSONValue, upTo limit: Int, marking frame: MarkFrame,
        _ state: inout EvaluationState
    ) -> Int {
        var count = 0
        for index in range.indices where ask(nodeLists[index], instance, marking: frame, &state) {
            count += 1
            guard count < limit else { return count }
        }
        return count
    }
}
