internal import Bytes
internal import COpenSSL

/// A running SHA-384 (FIPS 180-4) as a value: a copy goes on from the same place.
struct SHA384State: BitwiseCopyable {
    private var context = ringfort_sha384_context()

    static let digestBytes = 48

    /// The state before the first byte.
    init() {
        // SAFETY: the pointer to `context` is used during the call only.
        unsafe ringfort_sha384_start(&context)
    }

    /// Hashes `bytes` behind what was hashed before. O(n).
    mutating func update(_ bytes: RawSpan) {
        // SAFETY: OpenSSL reads `count` bytes from the start of the span during the call only.
        unsafe bytes.withUnsafeBytes { _ = unsafe ringfort_sha384_add(&context, $0.baseAddress, $0.count) }
    }

    /// The hash of everything so far. The state is used up.
    mutating func finish() -> InlineArray<48, UInt8> {
        var digest = InlineArray<48, UInt8>(repeating: 0)
        var target = digest.mutableSpan
        // SAFETY: OpenSSL writes 48 bytes, which is what `digest` holds, during the call only.
        unsafe target.withUnsafeMutableBufferPointer { _ = unsafe ringfort_sha384_finish($0.baseAddress, &context) }
        return digest
    }

    /// The hash of a whole message. O(n).
    static func digest(of message: RawSpan) -> InlineArray<48, UInt8> {
        var state = SHA384State()
        state.update(message)
        return state.finish()
    }
}

/// A running HMAC-SHA-384 (RFC 2104) as a value: a copy goes on from the same place. It is as secret as its key.
struct HMACSHA384State: BitwiseCopyable {
    private var inner = SHA384State()
    private var outer = SHA384State()

    /// The state under a key of at most a block, 128 bytes; a longer one traps.
    init(key: RawSpan) {
        precondition(key.byteCount <= 128, "the key is longer than a block")
        var block = InlineArray<128, UInt8>(repeating: 0x36)
        for offset in 0..<key.byteCount { block[offset] ^= key[offset] }
        inner.update(block.span.raw)
        for offset in 0..<block.count { block[offset] ^= 0x36 ^ 0x5C }
        outer.update(block.span.raw)
        Sodium.wipe(&block)
    }

    /// Takes in `bytes` behind what was taken in before. O(n).
    mutating func update(_ bytes: RawSpan) { inner.update(bytes) }

    /// The code of everything so far. The state is used up, and wiped.
    mutating func finish() -> InlineArray<48, UInt8> {
        outer.update(inner.finish().span.raw)
        let code = outer.finish()
        Sodium.wipe(&self)
        return code
    }

    /// The code of a whole message. O(n).
    static func code(of message: RawSpan, key: RawSpan) -> InlineArray<48, UInt8> {
        var state = HMACSHA384State(key: key)
        state.update(message)
        return state.finish()
    }
}
