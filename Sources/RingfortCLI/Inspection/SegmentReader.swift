import Bytes
import Tokens

/// Decodes one segment of a token, and says where it can't be decoded.
enum SegmentReader {
    enum Outcome {
        case bytes([UInt8])
        case problem(String)
    }

    /// The bytes of the segment called `name` that stands at `range` in `token`.
    static func decode(_ token: [UInt8], _ range: Range<Int>, name: String) -> Outcome {
        if let offset = range.first(where: { !isBase64URL(token[$0]) }) {
            return .problem("\(name): \(description(of: token[offset])) at byte \(offset) of the token is no base64url")
        }
        guard let count = Base64URL.decodedCount(characters: range.count) else {
            return .problem("\(name): no base64url text is as long as bytes \(words(range)) of the token")
        }
        var buffer = ByteBuffer(capacity: count)
        guard Base64URL.decode(Array(token[range]).span.raw, into: &buffer) else {
            return .problem("\(name): byte \(range.upperBound - 1) of the token has bits that stand for nothing")
        }
        return .bytes(buffer.bytes.array)
    }

    private static func words(_ range: Range<Int>) -> String { "\(range.lowerBound) to \(range.upperBound - 1)" }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D || byte == 0x5F
    }

    private static func description(of byte: UInt8) -> String {
        switch byte {
        case 0x3D: "padding ('=')"
        case 0x20: "a space"
        case 0x21...0x7E: "'\(Unicode.Scalar(byte))'"
        default: "the byte 0x\(String(byte, radix: 16))"
        }
    }
}

extension RawSpan {
    /// A copy.
    var array: [UInt8] { (0..<byteCount).map { self[$0] } }
}
