internal import Bytes
internal import CSodium

/// HMAC (RFC 2104) under one key, prepared once and used for any number of messages.
///
/// A MAC hashes the message behind one block made of the key, and the result behind another. The states behind those
/// two blocks are kept, so that a message costs two copies instead of two compressions and two set-ups.
struct HMAC<State: HashState>: ~Copyable, Sendable {
    // INVARIANT: two states, the inner one first. They are as secret as the key.
    private let states: GuardedBytes

    /// - Parameter start: the hash function's state before the first byte.
    init(_ secret: SymmetricSecret, start: State) throws(KeyError) {
        states = try GuardedBytes(count: 2 * MemoryLayout<State>.stride) { target throws(KeyError) in
            var block = InlineArray<128, UInt8>(repeating: 0)
            secret.withBytes { Self.fill(&block, with: $0, start: start) }
            Self.store(block, exclusiveOr: 0x36, start: start, into: &target, at: 0)
            Self.store(block, exclusiveOr: 0x5C, start: start, into: &target, at: MemoryLayout<State>.stride)
            Sodium.wipe(&block)
        }
    }

    /// The code of `message`. O(n).
    @inline(__always)
    func code(of message: RawSpan) -> MessageDigest {
        var state = state(at: 0)
        state.update(message)
        let inner = state.finish()
        state = self.state(at: MemoryLayout<State>.stride)
        state.update(inner.bytes)
        return state.finish()
    }

    /// Whether `code` is the code of `message`; the comparison takes the same time wherever they differ. O(n).
    @inline(__always)
    func isValid(_ code: RawSpan, for message: RawSpan) -> Bool {
        let expected = self.code(of: message)
        guard code.byteCount == expected.bytes.byteCount else { return false }
        // SAFETY: both sides are `byteCount` bytes long, and neither pointer leaves.
        return unsafe expected.bytes.withUnsafeBytes { left in
            unsafe code.withUnsafeBytes { right in
                unsafe ringfort_equal_codes(left.baseAddress, right.baseAddress, left.count) == 1
            }
        }
    }

    @inline(__always)
    private func state(at offset: Int) -> State {
        // SAFETY: a whole state was stored at either offset (invariant); the load is unaligned by name.
        unsafe states.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: State.self)
    }
}

extension HMAC<SHA256State> {
    /// The HMAC of HS256.
    static func sha256(_ secret: SymmetricSecret) throws(KeyError) -> Self { try Self(secret, start: SHA256State()) }
}

extension HMAC<SHA512State> {
    /// The HMAC of HS384.
    static func sha384(_ secret: SymmetricSecret) throws(KeyError) -> Self { try Self(secret, start: .sha384) }

    /// The HMAC of HS512.
    static func sha512(_ secret: SymmetricSecret) throws(KeyError) -> Self { try Self(secret, start: .sha512) }
}

// MARK: - The key's two blocks

extension HMAC {
    /// Puts the key at the front of `block`, whose rest stays zero; a key longer than a block is replaced by its hash.
    private static func fill(_ block: inout InlineArray<128, UInt8>, with secret: RawSpan, start: State) {
        guard secret.byteCount > State.blockBytes else {
            for offset in 0..<secret.byteCount { block[offset] = secret[offset] }
            return
        }
        var state = start
        state.update(secret)
        var hash = state.finish()
        for offset in 0..<hash.bytes.byteCount { block[offset] = hash.bytes[offset] }
        Sodium.wipe(&hash)
        Sodium.wipe(&state)
    }

    private static func store(
        _ block: InlineArray<128, UInt8>, exclusiveOr pad: UInt8, start: State, into target: inout MutableRawSpan,
        at offset: Int
    ) {
        var padded = block
        for index in 0..<padded.count { padded[index] ^= pad }
        var state = start
        state.update(padded.span.raw.extracting(0..<State.blockBytes))
        target.storeBytes(of: state, toByteOffset: offset, as: State.self)
        Sodium.wipe(&padded)
        Sodium.wipe(&state)
    }
}
