import Bytes
import Tokens

/// Text that is taken is the one spelling of its bytes, and any bytes can be spelled.
func fuzzBase64URL(_ bytes: RawSpan) {
    requireOneSpelling(bytes)
    var text = ByteBuffer(capacity: 64)
    Base64URL.encode(bytes, into: &text)
    require(text.count == Base64URL.encodedCount(bytes: bytes.byteCount), "the length of a text is known before")
    var back = ByteBuffer(capacity: 64)
    require(Base64URL.decode(text.bytes, into: &back), "what was written is read")
    require(back.bytes.equals(bytes), "what was written is read as what it was")
}

private func requireOneSpelling(_ text: RawSpan) {
    var decoded = ByteBuffer(capacity: 64)
    guard Base64URL.decode(text, into: &decoded) else {
        return require(decoded.isEmpty, "nothing is left of what is refused")
    }
    require(Base64URL.decodedCount(characters: text.byteCount) == decoded.count, "the count of bytes is known before")
    var spelled = ByteBuffer(capacity: 64)
    Base64URL.encode(decoded.bytes, into: &spelled)
    require(spelled.bytes.equals(text), "no two texts stand for the same bytes")
}
