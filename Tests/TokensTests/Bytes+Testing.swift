import Bytes

@testable import Tokens

extension RawSpan {
    /// A copy of the bytes.
    var array: [UInt8] { (0..<byteCount).map { self[$0] } }
}

extension [UInt8] {
    /// The bytes of hexadecimal digits.
    init(hex: String) {
        let digits = Array(hex.utf8)
        self = stride(from: 0, to: digits.count - 1, by: 2).map {
            (digits[$0].hexDigitValue ?? 0) << 4 | (digits[$0 + 1].hexDigitValue ?? 0)
        }
    }

    /// The bytes of a base64url text, or nil when it is none.
    init?(base64URL text: String) {
        var buffer = ByteBuffer(capacity: 64)
        guard Base64URL.decode([UInt8](text.utf8).span.raw, into: &buffer) else { return nil }
        self = buffer.bytes.array
    }
}
