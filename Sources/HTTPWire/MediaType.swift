import Bytes

/// The type of an answer's content, as Content-Type has it.
public struct MediaType: Sendable {
    /// `text/plain; charset=utf-8`
    public static let plainText = MediaType("text/plain; charset=utf-8")
    /// `application/json`
    public static let json = MediaType("application/json")
    /// `application/problem+json` (RFC 9457)
    public static let problemJSON = MediaType("application/problem+json")

    let value: StaticString

    /// A type spelled out in the source: a literal is the programmer's, so one that can't stand in a header traps.
    public init(_ literal: StaticString) {
        precondition(literal.bytes.isFieldValue, "no media type")
        value = literal
    }
}
