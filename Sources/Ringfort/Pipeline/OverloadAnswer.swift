import Bytes
import HTTPWire

/// The answer of a server that has no room, encoded before anybody gets it: shedding must cost less than serving.
///
/// Two of these answers differ in their correlation id, which stands in the header and in the body, and in their date.
struct OverloadAnswer: ~Copyable {
    private var bytes = ByteBuffer(capacity: 1024)
    private var headBytes = 0
    private var headerID = 0..<0
    private var bodyID = 0..<0

    /// What the answer says, apart from its correlation id.
    static let problem = Problem.overloaded(retryAfterSeconds: 1)

    init(_ encoder: borrowing ResponseEncoder) { encode(encoder) }

    /// Encodes it anew, with the encoder's present date.
    mutating func encode(_ encoder: borrowing ResponseEncoder) {
        let problem = Self.problem
        var headers = HeaderBlock()
        var body = ByteBuffer(capacity: 256)
        problem.writeHeaders(realm: RawSpan(), into: &headers)
        problem.writeBody(correlationID: Self.placeholder, violations: ByteBuffer(capacity: 0), into: &body)
        bytes.removeAll()
        encoder.encode(
            problem.status, .problemJSON, headers: headers.lines, correlation: Self.placeholder.words, body: body.bytes,
            persistence: .close, isHead: false, into: &bytes)
        headBytes = bytes.count - body.count
        headerID = Self.placeholderRange(in: bytes.bytes, from: 0)
        bodyID = Self.placeholderRange(in: bytes.bytes, from: headBytes)
    }

    /// Appends the answer, to a HEAD request without content.
    func write(_ id: CorrelationID, isHead: Bool, into output: inout ByteBuffer) {
        let bytes = bytes.bytes
        output.append(bytes.extracting(first: headerID.lowerBound))
        id.write(into: &output)
        guard !isHead else { return output.append(bytes.extracting(headerID.upperBound..<headBytes)) }
        output.append(bytes.extracting(headerID.upperBound..<bodyID.lowerBound))
        id.write(into: &output)
        output.append(bytes.extracting(droppingFirst: bodyID.upperBound))
    }

    private static let placeholder = CorrelationID(high: .max, low: .max)
    private static let placeholderText: StaticString = "ffffffffffffffffffffffffffffffff"

    private static func placeholderRange(in bytes: RawSpan, from start: Int) -> Range<Int> {
        let length = placeholderText.utf8CodeUnitCount
        for offset in start...(bytes.byteCount - length)
        where bytes.extracting(offset..<offset + length).equals(placeholderText) {
            return offset..<offset + length
        }
        preconditionFailure("an answer without its correlation id")
    }
}
