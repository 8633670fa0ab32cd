internal import Bytes

/// A use of a key and a token's nonce behind it: what PASETO's versions 3 and 4 derive a key for that use and token from.
struct DerivationMessage {
    private var storage = InlineArray<64, UInt8>(repeating: 0)
    private var count = 0

    /// The name of the use has at most 31 bytes, the nonce 32; more traps.
    init(_ use: StaticString, nonce: RawSpan) {
        var name = ByteBuffer(capacity: 32)
        name.append(use)
        for offset in 0..<name.count { append(name.bytes[offset]) }
        for offset in 0..<nonce.byteCount { append(nonce[offset]) }
    }

    /// Appends one byte.
    mutating func append(_ byte: UInt8) {
        storage[count] = byte
        count += 1
    }

    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { storage.span.raw.extracting(0..<count) }
    }
}
