public import Bytes

/// A string in a parsed document: a view of what stands between its quotes.
public struct JSONString: ~Escapable, BitwiseCopyable {
    /// The text as written: valid UTF-8, with its escapes still in it.
    public let raw: RawSpan
    /// Whether there is a backslash in it. Without one, `raw` is the string's value.
    public let hasEscapes: Bool

    // INVARIANT: the parser has accepted `raw`, so that every escape in it is whole.
    @inlinable
    @_lifetime(copy raw)
    init(raw: RawSpan, hasEscapes: Bool) {
        self.raw = raw
        self.hasEscapes = hasEscapes
    }

    /// Whether the value is the literal's text. O(n). Not constant in time: never for secrets.
    @inlinable
    public func equals(_ literal: StaticString) -> Bool {
        if !hasEscapes { return raw.equals(literal) }
        return unescapedEquals(literal)
    }

    /// Whether the value is the text whose UTF-8 is `text`. O(n). Not constant in time: never for secrets.
    @inlinable
    public func equals(_ text: RawSpan) -> Bool {
        if !hasEscapes { return raw.equals(text) }
        return unescapedEquals(text)
    }

    /// Whether both have the same value, however they are written. O(n).
    public func equals(_ other: borrowing JSONString) -> Bool {
        if !other.hasEscapes { return equals(other.raw) }
        var left = unescapedBytes
        var right = other.unescapedBytes
        while let byte = left.next() {
            guard right.next() == byte else { return false }
        }
        return right.next() == nil
    }

    /// The value as one number, for a `switch` over names of up to seven bytes; zero for all longer ones. O(1).
    ///
    /// A one stands before the bytes, so that texts of different lengths never have the same number.
    @inlinable
    public var shortText: UInt64 {
        if hasEscapes { return unescapedShortText }
        guard raw.byteCount < 8 else { return 0 }
        var number: UInt64 = 1
        for offset in 0..<raw.byteCount { number = number &<< 8 | UInt64(raw[offset]) }
        return number
    }

    /// What `shortText` is for a value with the bytes of `literal`, at most seven; more trap.
    @inlinable
    @inline(__always)
    public static func shortText(_ literal: StaticString) -> UInt64 {
        precondition(literal.utf8CodeUnitCount < 8, "the text is too long")
        var number: UInt64 = 1
        for offset in 0..<literal.utf8CodeUnitCount {
            // SAFETY: `offset` is below the literal's length.
            number = number &<< 8 | UInt64(unsafe literal.utf8Start[offset])
        }
        return number
    }

    /// Writes the value's UTF-8. A consumer that can't stand a U+0000 must look for it: JSON allows `\u0000`. O(n).
    @inlinable
    public func append(to buffer: inout ByteBuffer) {
        if hasEscapes { appendUnescaped(to: &buffer) } else { buffer.append(raw) }
    }
}

extension JSONString {
    var unescapedBytes: JSONUnescapedBytes {
        @_lifetime(copy self)
        get { JSONUnescapedBytes(raw) }
    }

    @usableFromInline
    func unescapedEquals(_ literal: StaticString) -> Bool { unescapedEquals(literal.bytes) }

    @usableFromInline
    func unescapedEquals(_ text: RawSpan) -> Bool {
        // An escape is longer than what it stands for.
        guard text.byteCount < raw.byteCount else { return false }
        var rest = unescapedBytes
        for offset in 0..<text.byteCount {
            guard rest.next() == text[offset] else { return false }
        }
        return rest.next() == nil
    }

    @usableFromInline
    var unescapedShortText: UInt64 {
        var number: UInt64 = 1
        var rest = unescapedBytes
        while let byte = rest.next() {
            // The one would be lost with the eighth byte.
            guard number < 1 << 56 else { return 0 }
            number = number << 8 | UInt64(byte)
        }
        return number
    }

    @usableFromInline
    func appendUnescaped(to buffer: inout ByteBuffer) {
        buffer.reserve(raw.byteCount)
        var rest = unescapedBytes
        while let byte = rest.next() { buffer.append(byte) }
    }
}
