internal import Bytes

extension YAMLNode {
    /// Reads a text with one document; an empty one is `null`. O(n).
    ///
    /// - Throws: `YAMLError` for the first fault.
    public init(parsing bytes: RawSpan, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        guard bytes.byteCount <= limits.documentBytes else {
            throw YAMLError(.tooLarge(limit: limits.documentBytes), at: YAMLPosition(line: 1, column: 1))
        }
        let text = bytes.starts(with: "\u{FEFF}") ? bytes.extracting(droppingFirst: 3) : bytes
        var reader = YAMLReader(events: YAMLEventStream(text), depth: limits.depth)
        self = try reader.document()
    }
}

/// Builds nodes out of events, by recursion as deep as the limit allows.
private struct YAMLReader: ~Copyable {
    private var events: YAMLEventStream
    private let depth: Int

    init(events: consuming YAMLEventStream, depth: Int) {
        self.events = events
        self.depth = depth
    }

    mutating func document() throws(YAMLError) -> YAMLNode {
        _ = try events.next()
        let start = try events.next()
        guard case .documentStart(let hasDirectives) = start.kind else { return YAMLNode(.null, at: start.position) }
        guard !hasDirectives else { throw YAMLError(.directive, at: start.position) }
        let root = try node(try events.next(), depth: 0)
        _ = try events.next()
        let end = try events.next()
        guard end.kind == .streamEnd else { throw YAMLError(.severalDocuments, at: end.position) }
        return root
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
        guard !event.hasAnchor, event.kind != .alias else { throw YAMLError(.alias, at: event.position) }
        guard !event.hasTag else { throw YAMLError(.tag, at: event.position) }
        if case .scalar(let text, let isPlain) = event.kind {
            guard isPlain else { return YAMLNode(.string(text), at: event.position) }
            guard let content = YAMLScalar.content(ofPlain: text) else {
                throw YAMLError(.ambiguousNumber(text), at: event.position)
            }
            return YAMLNode(content, at: event.position)
        }
        guard depth < self.depth else { throw YAMLError(.tooDeep(limit: self.depth), at: event.position) }
        return try event.kind == .sequenceStart
            ? sequence(at: event.position, depth: depth + 1) : mapping(at: event.position, depth: depth + 1)
    }

    private mutating func sequence(at position: YAMLPosition, depth: Int) throws(YAMLError) -> YAMLNode {
        var elements: [YAMLNode] = []
        while true {
            let event = try events.next()
            if event.kind == .sequenceEnd { return YAMLNode(.sequence(elements), at: position) }
            elements.append(try node(event, depth: depth))
        }
    }

    private mutating func mapping(at position: YAMLPosition, depth: Int) throws(YAMLError) -> YAMLNode {
        var members: [YAMLMember] = []
        var keys: Set<String> = []
        while true {
            let event = try events.next()
            if event.kind == .mappingEnd { return YAMLNode(.mapping(members), at: position) }
            let key = try key(event)
            guard keys.insert(key).inserted else { throw YAMLError(.duplicateKey(key), at: event.position) }
            let value = try node(try events.next(), depth: depth)
            members.append(YAMLMember(key: key, keyPosition: event.position, value: value))
        }
    }

    private func key(_ event: YAMLEvent) throws(YAMLError) -> String {
        guard !event.hasAnchor, event.kind != .alias else { throw YAMLError(.alias, at: event.position) }
        guard !event.hasTag else { throw YAMLError(.tag, at: event.position) }
        guard case .scalar(let text, let isPlain) = event.kind else {
            throw YAMLError(.collectionKey, at: event.position)
        }
        guard !isPlain || text != "<<" else { throw YAMLError(.mergeKey, at: event.position) }
        return text
    }
}
