import Bytes

@testable import HTTPWire

/// Parses `text` as one head, and gives the head and the bytes to `body`.
func withHead<Result>(
    _ text: String, limits: HTTPLimits = .standard,
    _ body: (borrowing RequestHead, RawSpan, ParseProgress) throws -> Result
) throws -> Result {
    let bytes = text.bytes
    var head = RequestHead()
    let progress = try head.parse(bytes.span.raw, limits: limits)
    return try body(head, bytes.span.raw, progress)
}

/// What is wrong with `bytes`, or nil; heads that are not whole are an error of the test.
func fault(of bytes: [UInt8], limits: HTTPLimits = .standard) -> WireError? {
    var head = RequestHead()
    do throws(WireError) {
        let progress = try head.parse(bytes.span.raw, limits: limits)
        precondition(progress != .incomplete, "the head is not whole")
        return nil
    } catch {
        return error
    }
}

/// What is wrong with a request of these lines, each of which gets its CRLF, or nil.
func fault(of lines: String..., limits: HTTPLimits = .standard) -> WireError? {
    fault(of: lines.map { $0 + "\r\n" }.joined().bytes + "\r\n".bytes, limits: limits)
}

extension RawSpan {
    /// A copy of the bytes.
    var array: [UInt8] { (0..<byteCount).map { self[$0] } }

    /// A character for each byte, whatever it is.
    var latin1: String { String(String.UnicodeScalarView(array.map { Unicode.Scalar($0) })) }
}

extension String {
    /// The string's UTF-8.
    var bytes: [UInt8] { Array(utf8) }
}
