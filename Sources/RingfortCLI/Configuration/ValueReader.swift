import YAML

/// Turns a value of a configuration file into one of the program: a text, or what has parts of its own, of which each is
/// read by a reader of its own. Its form describes it to the schema and the reference.
struct ValueReader<Value>: Sendable {
    let form: FileForm
    /// The value of a node, or nil; all that is wrong with it is added to the faults.
    let read: @Sendable (YAMLNode, inout [ValueFault]) -> Value?

    init(form: FileForm, read: @escaping @Sendable (YAMLNode, inout [ValueFault]) -> Value?) {
        self.form = form
        self.read = read
    }

    /// What has no parts, as an option would take it.
    init(_ parser: ValueParser<Value>) {
        form = parser.form
        read = { node, faults in
            if let text = parser.form.text(of: node), let value = parser.parse(text) { return value }
            faults.append(ValueFault(message: parser.form.complaint(about: node, wanted: parser.wanted)))
            return nil
        }
    }

    /// A mapping with these members.
    ///
    /// - Parameter check: what else is wrong with a value whose members are right.
    static func record(
        _ initial: Value, _ members: [Member<Value>],
        check: @escaping @Sendable (Value) -> ValueFault? = { _ in nil }
    ) -> ValueReader where Value: Sendable {
        ValueReader(form: .record(members.map(\.description))) { node, faults in
            var value = initial
            let count = faults.count
            for member in members {
                guard let part = node.value(at: [member.description.key]) else { continue }
                let start = faults.count
                member.take(part, &value, &faults)
                faults.place(from: start, below: member.description.key)
            }
            if faults.count == count, let fault = check(value) { faults.append(fault) }
            return faults.count == count ? value : nil
        }
    }

    /// A sequence.
    static func list<Element>(of element: ValueReader<Element>) -> Self where Value == [Element] {
        ValueReader(form: .list(element.form)) { node, faults in
            guard case .sequence(let nodes) = node.content else { return nil }
            return nodes.enumerated().compactMap { index, node in
                let start = faults.count
                defer { faults.place(from: start, below: "\(index)") }
                return element.read(node, &faults)
            }
        }
    }

    /// A mapping whose keys are names.
    ///
    /// - Parameters:
    ///   - key: what a name is, in capitals: `ROLE`.
    ///   - check: what is wrong with a name.
    static func map<Element>(
        _ key: String, of element: ValueReader<Element>, check: @escaping @Sendable (String) -> String?
    ) -> Self where Value == [Named<Element>] {
        ValueReader(form: .map(element.form, key: key)) { node, faults in
            guard case .mapping(let members) = node.content else { return [] }
            return members.compactMap { member in
                let start = faults.count
                defer { faults.place(from: start, below: member.key) }
                if let message = check(member.key) { faults.append(ValueFault(message: message)) }
                return element.read(member.value, &faults).map { Named(name: member.key, value: $0) }
            }
        }
    }
}

/// A value with its key in a mapping.
struct Named<Value: Sendable & Equatable>: Sendable, Equatable {
    let name: String
    let value: Value
}

/// One member of a mapping: to that what a setting is to the whole file.
struct Member<Root>: Sendable {
    let description: FileMember
    let take: @Sendable (YAMLNode, inout Root, inout [ValueFault]) -> Void

    init<Value>(
        _ key: String, _ member: any WritableKeyPath<Root, Value> & Sendable, _ reader: ValueReader<Value>,
        isRequired: Bool = false, help: String
    ) {
        description = FileMember(key: key, form: reader.form, isRequired: isRequired, help: help)
        take = { node, root, faults in
            guard let value = reader.read(node, &faults) else { return }
            root[keyPath: member] = value
        }
    }

    init<Value>(
        _ key: String, _ member: any WritableKeyPath<Root, Value> & Sendable, _ parser: ValueParser<Value>,
        isRequired: Bool = false, help: String
    ) {
        self.init(key, member, ValueReader(parser), isRequired: isRequired, help: help)
    }

    /// A member that may be left out.
    init<Value>(
        _ key: String, _ member: any WritableKeyPath<Root, Value?> & Sendable, _ parser: ValueParser<Value>,
        help: String
    ) {
        self.init(key, member, parser.optional, help: help)
    }
}

/// What is wrong with a value, and in which of its parts.
struct ValueFault: Sendable {
    /// The keys and indices that lead to the part.
    var keys: [String] = []
    let message: String
}

extension [ValueFault] {
    /// Says that those from `start` on were found in the part with this key.
    fileprivate mutating func place(from start: Int, below key: String) {
        for index in start..<count { self[index].keys.insert(key, at: 0) }
    }
}
