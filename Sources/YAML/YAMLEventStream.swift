internal import Bytes
internal import CYAML

/// libyaml's parser over a text, and the one owner of both.
@safe
struct YAMLEventStream: ~Copyable {
    // INVARIANT: `parser` points to one initialised parser that this value alone owns. It reads `text`, which neither
    // changes nor moves while it lives.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: ByteBuffer

    init(_ bytes: RawSpan) {
        text = ByteBuffer(copying: bytes)
        // On the heap, since libyaml keeps the parser's own address in it.
        // SAFETY: allocated here, initialised by libyaml before anything else is done with it, and given back in `deinit`
        // alone.
        unsafe parser = .allocate(capacity: 1)
        let isInitialised = unsafe yaml_parser_initialize(parser) == 1
        precondition(isInitialised, "there is no memory for libyaml")
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // SAFETY: the text is `count` bytes that stay where they are as long as the parser (invariant).
        let start = unsafe text.address.assumingMemoryBound(to: UInt8.self)
        unsafe yaml_parser_set_input_string(parser, start, text.count)
    }

    deinit {
        // SAFETY: initialised (invariant), and nobody else gives it back.
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
    }

    /// What comes next. After a failure, or the stream's end, there is nothing to ask for.
    mutating func next() throws(YAMLError) -> YAMLEvent {
        // SAFETY: zeroes are an event without anything to give back.
        var event = unsafe yaml_event_t()
        // SAFETY: the parser is initialised (invariant), and the event is libyaml's to fill.
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure }
        // SAFETY: libyaml has filled the event; it is given back once, after all of it has been copied.
        defer { unsafe yaml_event_delete(&event) }
        return unsafe YAMLEvent(event)
    }

    private var failure: YAMLError {
        // SAFETY: the parser is initialised (invariant); its messages are literals of libyaml, or null.
        let state = unsafe parser.pointee
        let problem = unsafe state.problem.map { unsafe String(cString: $0) } ?? "this is no YAML"
        let context = unsafe state.context.map { unsafe " \(String(cString: $0))" } ?? ""
        let words = problem + context
        guard unsafe state.error == YAML_READER_ERROR else {
            return YAMLError(.syntax(words), at: unsafe YAMLPosition(state.problem_mark))
        }
        // The reader is ahead of the scanner, so that only the byte's offset is known.
        return YAMLError(.encoding(words), at: position(ofByte: unsafe Int(state.problem_offset)))
    }

    private func position(ofByte offset: Int) -> YAMLPosition {
        let before = text.bytes.extracting(first: min(offset, text.count))
        var (line, column) = (1, 1)
        for index in 0..<before.byteCount {
            if before[index] == 0x0A {
                (line, column) = (line + 1, 1)
            } else if before[index] & 0xC0 != 0x80 {
                column += 1
            }
        }
        return YAMLPosition(line: line, column: column)
    }
}

/// One step of libyaml through a document.
struct YAMLEvent {
    let position: YAMLPosition
    let kind: Kind
    /// Whether it has an anchor.
    var hasAnchor = false
    /// Whether it has a tag.
    var hasTag = false

    enum Kind: Equatable {
        case streamStart, streamEnd
        case documentStart(hasDirectives: Bool)
        case documentEnd
        case alias
        case scalar(String, isPlain: Bool)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }
}

extension YAMLEvent {
    /// A copy of an event that libyaml has filled.
    fileprivate init(_ event: yaml_event_t) {
        // SAFETY: libyaml has filled the event, and its type says which member of the union that was.
        position = unsafe YAMLPosition(event.start_mark)
        let data = unsafe event.data
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT:
            let start = unsafe data.document_start
            let hasDirectives =
                unsafe start.version_directive != nil
                || start.tag_directives.start != start.tag_directives.end
            kind = .documentStart(hasDirectives: hasDirectives)
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_ALIAS_EVENT: kind = .alias
        case YAML_SCALAR_EVENT:
            let scalar = unsafe data.scalar
            // SAFETY: libyaml gives `length` bytes of UTF-8, which are copied at once.
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = unsafe .scalar(
                String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
            hasAnchor = unsafe scalar.anchor != nil
            hasTag = unsafe scalar.tag != nil
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart
            hasAnchor = unsafe data.sequence_start.anchor != nil
            hasTag = unsafe data.sequence_start.tag != nil
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            hasAnchor = unsafe data.mapping_start.anchor != nil
            hasTag = unsafe data.mapping_start.tag != nil
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        default: kind = .streamEnd
        }
    }
}

extension YAMLPosition {
    /// libyaml counts from 0.
    fileprivate init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }
}
