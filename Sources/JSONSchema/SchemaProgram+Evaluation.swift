internal import Bytes
internal import JSON

extension SchemaProgram {
    /// Whether the instance keeps to a subschema.
    ///
    /// Recursive: through the instance, whose depth the reader bounds, and through subschemas, which the state bounds.
    /// `parent` takes the marks of what this subschema evaluates, when it accepts.
    func evaluate(
        _ index: UInt32, _ instance: JSONValue, marking parent: MarkFrame, _ state: inout EvaluationState
    ) -> Bool {
        let node = nodes[Int(index)]
        guard state.enter() else { return false }
        defer { state.leave() }
        let kind = instance.kind
        guard node.takes(kind, instance, &state) else {
            state.refuse(at: instance.offset, node.typeReport)
            return false
        }
        let ends = node.ends(for: kind)
        // What most nodes are: nothing but a type.
        guard node.general < node.number || ends.start < ends.end else { return true }
        let isScoped = dynamicTargets.count > 0 && state.enterScope(node.resource)
        defer { if isScoped { state.leaveScope() } }
        guard (node.readsMarks || parent.isSome) && (kind == .object || kind == .array) else {
            return run(node, ends, instance, marking: .none, &state)
        }
        let frame = state.pushMarks(count: instance.count)
        let accepts = run(node, ends, instance, marking: frame, &state)
        state.popMarks(frame, into: accepts ? parent : .none)
        return accepts
    }

    /// Runs a node's instructions: those for every type, then those for the instance's own.
    private func run(
        _ node: SchemaNode, _ ends: (start: UInt32, end: UInt32), _ instance: JSONValue, marking frame: MarkFrame,
        _ state: inout EvaluationState
    ) -> Bool {
        var accepts = true
        var index = node.general
        if index == node.number { index = ends.start }
        while index < ends.end {
            let instruction = instructions[Int(index)]
            // What a refused branch would have evaluated is no fault of its own.
            guard accepts || !instruction.operation.readsMarks else { return false }
            if !perform(instruction, instance, marking: frame, &state) {
                accepts = false
                guard state.wantsMore else { return false }
            }
            index &+= 1
            if index == node.number && index < ends.start { index = ends.start }
        }
        return accepts
    }

    private func perform(
        _ instruction: SchemaInstruction, _ instance: JSONValue, marking frame: MarkFrame,
        _ state: inout EvaluationState
    ) -> Bool {
        let report = instruction.report
        switch instruction.operation {
        case .minLength, .maxLength, .pattern, .format:
            return check(isText(instance, instruction.operation, &state), instance, report, &state)
        case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf:
            return check(isNumber(instance, instruction.operation, &state), instance, report, &state)
        case .minItems(let count), .minProperties(let count):
            return check(instance.count >= count, instance, report, &state)
        case .maxItems(let count), .maxProperties(let count):
            return check(instance.count <= count, instance, report, &state)
        case .objectRule(let rule):
            return evaluateMembers(of: instance, objects[Int(rule)], marking: frame, &state)
        case .arrayRule(let rule):
            return evaluateElements(of: instance, arrays[Int(rule)], marking: frame, &state)
        case .constant(let constant):
            return check(isEqual(instance, constant, &state), instance, report, &state)
        case .enumeration(let range):
            return check(isEqual(instance, anyOf: range, &state), instance, report, &state)
        case .uniqueItems:
            return check(hasUniqueElements(instance, &state), instance, report, &state)
        case .required(let range):
            return hasRequired(instance, range, &state)
        case .dependentRequired(let range):
            return hasDependentRequired(instance, range, &state)
        case .dependentSchemas(let range):
            return evaluateDependents(of: instance, range, marking: frame, &state)
        case .unevaluatedProperties(let node):
            return evaluateUnmarkedMembers(of: instance, node, marking: frame, &state)
        case .unevaluatedItems(let node):
            return evaluateUnmarkedElements(of: instance, node, marking: frame, &state)
        case .reference, .dynamicReference, .allOf, .anyOf, .oneOf, .not, .condition:
            return apply(instruction, instance, marking: frame, &state)
        }
    }

    @inline(__always)
    private func check(
        _ accepts: Bool, _ instance: JSONValue, _ report: UInt32, _ state: inout EvaluationState
    ) -> Bool {
        if !accepts { state.refuse(at: instance.offset, report) }
        return accepts
    }
}

extension SchemaInstruction.Operation {
    fileprivate var readsMarks: Bool {
        switch self {
        case .unevaluatedItems, .unevaluatedProperties: true
        default: false
        }
    }
}

extension SchemaNode {
    @inline(__always)
    fileprivate func takes(_ kind: JSONKind, _ instance: JSONValue, _ state: inout EvaluationState) -> Bool {
        if types == .any { return true }
        switch kind {
        case .null: return types.contains(.null)
        case .bool: return types.contains(.bool)
        case .string: return types.contains(.string)
        case .array: return types.contains(.array)
        case .object: return types.contains(.object)
        case .number: return types.contains(.number) || types.contains(.integer) && instance.isIntegral(&state)
        }
    }

    /// The instructions for one type of instance.
    @inline(__always)
    fileprivate func ends(for kind: JSONKind) -> (start: UInt32, end: UInt32) {
        switch kind {
        case .null, .bool: (number, number)
        case .number: (number, string)
        case .string: (string, array)
        case .array: (array, object)
        case .object: (object, end)
        }
    }
}
