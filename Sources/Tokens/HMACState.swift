internal import Bytes

/// A running HMAC (RFC 2104) as a value: a copy goes on from the same place. It is as secret as its key.
///
/// A MAC hashes the message behind one block made of the key, and the result behind another.
struct HMACState<State: HashState>: BitwiseCopyable {
    private var inner: State
    private var outer: State

    /// The state under a key, before the first byte; a key longer than a block is replaced by its hash.
    ///
    /// - Parameter start: the hash function's state before the first byte.
    init(key: RawSpan, start: State) {
        var block = InlineArray<128, UInt8>(repeating: 0)
        Self.fill(&block, with: key, start: start)
        for offset in 0..<block.count { block[offset] ^= 0x36 }
        inner = start
        inner.update(block.span.raw.extracting(0..<State.blockBytes))
        for offset in 0..<block.count { block[offset] ^= 0x36 ^ 0x5C }
        outer = start
        outer.update(block.span.raw.extracting(0..<State.blockBytes))
        Sodium.wipe(&block)
    }

    /// Puts the key at the front of `block`, whose rest stays zero.
    private static func fill(_ block: inout InlineArray<128, UInt8>, with key: RawSpan, start: State) {
        guard key.byteCount > State.blockBytes else {
            for offset in 0..<key.byteCount { block[offset] = key[offset] }
            return
        }
        var state = start
        state.update(key)
        var hash = state.finish()
        for offset in 0..<hash.bytes.byteCount { block[offset] = hash.bytes[offset] }
        Sodium.wipe(&hash)
        Sodium.wipe(&state)
    }

    /// Takes in `bytes` behind what was taken in before. O(n).
    @inline(__always)
    mutating func update(_ bytes: RawSpan) { inner.update(bytes) }

    /// Makes `code` the code of everything so far. The state is used up, and wiped.
    ///
    /// In place, since a copy right behind the function's last store would have to wait for it.
    @inline(__always)
    mutating func finish(into code: inout MessageDigest) {
        inner.finish(into: &code)
        outer.update(code.bytes)
        outer.finish(into: &code)
        Sodium.wipe(&self)
    }

    /// The code of a whole message under a key that is used once. O(n).
    static func code(of message: RawSpan, key: RawSpan, start: State) -> MessageDigest {
        var state = Self(key: key, start: start)
        state.update(message)
        var code = MessageDigest()
        state.finish(into: &code)
        return code
    }
}
