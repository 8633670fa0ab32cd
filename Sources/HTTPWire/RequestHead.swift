public import Bytes

/// The head of one request, as a table of offsets into the bytes that it was parsed from.
///
/// A shard owns one and parses every request into it: nothing is allocated and nothing is cleared between two. All
/// ranges are offsets into the span given to `parse`, and what is here holds after `parse` answered `complete`, until
/// it is called again.
public struct RequestHead: ~Copyable, Sendable {
    /// Which of the four forms of RFC 9112 section 3.2 the target has.
    public enum TargetForm: UInt8, Sendable {
        /// `/path?query`: nearly every request.
        case origin
        /// `http://authority/path?query`: its authority counts, not the Host header's.
        case absolute
        /// `*`, with OPTIONS only.
        case asterisk
        /// `host:port`, with CONNECT only.
        case authority
    }

    /// The versions that are served.
    public enum Version: UInt8, Sendable {
        case http10
        case http11
    }

    /// The method, or nil for a token that is none of ours: the caller answers 405.
    public internal(set) var method: Method?
    /// Which form the target has.
    public internal(set) var targetForm: TargetForm
    /// The protocol's version.
    public internal(set) var version: Version
    /// How the body is delimited.
    public internal(set) var framing: BodyFraming
    /// Whether the client waits for a 100 before it sends the body (RFC 9110 section 10.1.1).
    public internal(set) var expectsContinue: Bool
    /// How many headers there are.
    public internal(set) var headerCount: Int

    @usableFromInline var methodRange16: Range16
    @usableFromInline var targetRange16: Range16
    @usableFromInline var pathRange16: Range16
    @usableFromInline var authorityRange16: Range16
    /// Starts behind the `?`; empty at 0, where no query can stand, when there is none.
    @usableFromInline var queryRange16: Range16
    /// What Connection says.
    @usableFromInline var saysClose: Bool
    @usableFromInline var saysKeepAlive: Bool

    // INVARIANT: `headers` has room for as many headers as the limits of the last `parse` allow; the first
    // `headerCount` are of this request.
    @usableFromInline var headers: FixedArray<HeaderField>
    /// Where each known header stands first (low half) and how often (high half); valid where `seen` has its bit.
    // INVARIANT: KnownHeader has no more cases than `seen` has bits.
    @usableFromInline var occurrences: InlineArray<32, UInt32>
    /// The known headers of this request, a bit each.
    @usableFromInline var seen: UInt32
    let knownHeaders: KnownHeaderTable

    /// A table with room for the default number of headers; it grows when `parse` is given limits that allow more.
    public init() {
        method = nil
        targetForm = .origin
        version = .http11
        framing = .none
        headerCount = 0
        methodRange16 = Range16()
        targetRange16 = Range16()
        pathRange16 = Range16()
        authorityRange16 = Range16()
        queryRange16 = Range16()
        expectsContinue = false
        saysClose = false
        saysKeepAlive = false
        headers = Self.table(HTTPLimits.standard.headers)
        occurrences = InlineArray(repeating: 0)
        seen = 0
        knownHeaders = KnownHeaderTable()
    }

    static func table(_ count: Int) -> FixedArray<HeaderField> {
        FixedArray(count: count) { _ in HeaderField(name: Range16(), value: Range16(), known: nil) }
    }
}

extension RequestHead {
    /// Where the method stands.
    @inlinable
    public var methodRange: Range<Int> { methodRange16.range }

    /// Where the whole target stands, as it was sent.
    @inlinable
    public var targetRange: Range<Int> { targetRange16.range }

    /// Where the path of the target stands, as it was sent; `canonicalPath` gives what may be routed.
    ///
    /// An absolute-form target without a path means `/`, and the range then names the second slash of its `//`. For
    /// the asterisk and authority forms it is the whole target.
    @inlinable
    public var pathRange: Range<Int> { pathRange16.range }

    /// Where the query stands, without its `?`; nil when the target has none.
    @inlinable
    public var queryRange: Range<Int>? { queryRange16.start == 0 ? nil : queryRange16.range }

    /// Where the authority stands: that of an absolute-form target, else the value of Host; nil in HTTP/1.0 without
    /// either.
    @inlinable
    public var authorityRange: Range<Int>? { authorityRange16.start == 0 ? nil : authorityRange16.range }

    /// Whether the connection may serve another request after this one (RFC 9112 section 9.3).
    @inlinable
    public var keepAlive: Bool { !saysClose && (version == .http11 || saysKeepAlive) }
}

extension RequestHead {
    /// The header at `index`, which must be below `headerCount`; anything else traps. O(1).
    @inlinable
    public func header(_ index: Int) -> HeaderField {
        precondition(index < headerCount, "header index out of range")
        return headers[index]
    }

    /// How often a known header occurs. O(1).
    @inlinable
    public func count(of known: KnownHeader) -> Int {
        guard seen & known.bit != 0 else { return 0 }
        return Int(occurrences[Int(known.rawValue)] >> 16)
    }

    /// The index of the first header of that name. O(1).
    @inlinable
    public func firstIndex(of known: KnownHeader) -> Int? {
        guard seen & known.bit != 0 else { return nil }
        return Int(occurrences[Int(known.rawValue)] & 0xFFFF)
    }

    /// Where the value of the first header of that name stands. O(1).
    @inlinable
    public func value(of known: KnownHeader) -> Range<Int>? {
        guard let index = firstIndex(of: known) else { return nil }
        return headers[index].value
    }

    /// The index of the first header, at or after `start`, whose name is `lowercase` in any case. O(headers).
    ///
    /// `bytes` are those that were parsed.
    public func firstIndex(named lowercase: StaticString, in bytes: RawSpan, from start: Int = 0) -> Int? {
        precondition(start >= 0, "negative header index")
        var index = start
        while index < headerCount {
            if bytes.extracting(headers[index].name).equalsIgnoringASCIICase(lowercase) { return index }
            index += 1
        }
        return nil
    }

    /// Writes down that the header at `index` is `known`, and says whether it is the first of that name.
    @inline(__always)
    mutating func record(_ known: KnownHeader, at index: Int) -> Bool {
        let slot = Int(known.rawValue)
        guard seen & known.bit == 0 else {
            occurrences[slot] &+= 0x1_0000
            return false
        }
        seen |= known.bit
        occurrences[slot] = 0x1_0000 | UInt32(truncatingIfNeeded: index)
        return true
    }
}

extension KnownHeader {
    @inlinable
    var bit: UInt32 { 1 << UInt32(rawValue) }
}

/// One header line: where its name and its value stand.
public struct HeaderField: Sendable {
    @usableFromInline let nameRange16: Range16
    @usableFromInline let valueRange16: Range16
    /// Which of the known headers it is, if any.
    public let known: KnownHeader?

    init(name: Range16, value: Range16, known: KnownHeader?) {
        nameRange16 = name
        valueRange16 = value
        self.known = known
    }

    /// Where the name stands; never empty.
    @inlinable
    public var name: Range<Int> { nameRange16.range }
    /// Where the value stands, without the whitespace around it; may be empty.
    @inlinable
    public var value: Range<Int> { valueRange16.range }
}

/// A range of a head, which is never longer than 64 KiB.
@usableFromInline
struct Range16: Equatable, BitwiseCopyable, Sendable {
    // INVARIANT: start <= end.
    @usableFromInline let start: UInt16
    @usableFromInline let end: UInt16

    init() {
        start = 0
        end = 0
    }

    /// The range from `start` to `end`, both offsets into a head (`HTTPLimits.largestHeadBytes`).
    @inline(__always)
    init(_ start: Int, _ end: Int) {
        assert(start >= 0 && start <= end && end <= HTTPLimits.largestHeadBytes, "no range of a head")
        self.start = UInt16(truncatingIfNeeded: start)
        self.end = UInt16(truncatingIfNeeded: end)
    }

    @inlinable
    var range: Range<Int> { Int(start)..<Int(end) }
}
