import Bytes

/// A short text for the log, held in place: at most 127 bytes, what is longer is cut off.
///
/// It may hold what a client sent; the log escapes it. It must never hold a secret: no token, key or password.
public struct LogDetail: Sendable {
    /// The most bytes that it holds.
    public static let capacity = 127

    private var storage: InlineArray<127, UInt8> = .init(repeating: 0)
    private var filled: UInt8 = 0

    /// Nothing to say.
    public init() {}

    /// A copy of `text`.
    public init(_ text: RawSpan) { append(text) }

    /// The literal's text.
    public init(_ literal: StaticString) { append(literal.bytes) }

    /// A copy of the string's UTF-8.
    public init(_ string: String) { append(string.utf8.span.raw) }

    /// Whether there is nothing to say.
    public var isEmpty: Bool { filled == 0 }

    /// The text.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { storage.span.raw.extracting(first: Int(filled)) }
    }

    /// Appends as much of `text` as there is room for.
    public mutating func append(_ text: RawSpan) {
        let count = min(text.byteCount, Self.capacity - Int(filled))
        var storage = storage.mutableSpan
        for offset in 0..<count { storage[Int(filled) + offset] = text[offset] }
        filled += UInt8(count)
    }

    /// Appends `value` in decimal digits.
    public mutating func append(decimal value: UInt64) {
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var start = 20
        var rest = value
        repeat {
            start -= 1
            digits[start] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
            rest /= 10
        } while rest > 0
        append(digits.span.raw.extracting(start..<20))
    }
}
