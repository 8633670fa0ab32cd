internal import Bytes
internal import COpenSSL
internal import CSodium

/// HMAC-SHA-256 (RFC 2104, FIPS 180-4) under one key, prepared once and used for any number of messages.
///
/// A MAC hashes the message behind one block made of the key, and the result behind another. The states behind those
/// two blocks are kept, so that a message costs two copies instead of two compressions and two set-ups.
struct HMACSHA256: ~Copyable, Sendable {
    // INVARIANT: two SHA256_CTX, the inner one first. They are as secret as the key.
    private let states: GuardedBytes

    /// How long a code is, in bytes.
    static let codeBytes = 32

    init(_ secret: SymmetricSecret) throws(KeyError) {
        states = try GuardedBytes(count: 2 * MemoryLayout<SHA256_CTX>.stride) { target throws(KeyError) in
            var block = secret.withBytes { Self.keyBlock($0) }
            Self.store(block, exclusiveOr: 0x36, into: &target, at: 0)
            Self.store(block, exclusiveOr: 0x5C, into: &target, at: MemoryLayout<SHA256_CTX>.stride)
            Sodium.wipe(&block)
        }
    }

    /// The code of `message`. O(n).
    func code(of message: RawSpan) -> InlineArray<32, UInt8> {
        var state = state(at: 0)
        state.update(message)
        let inner = state.finish()
        state = self.state(at: MemoryLayout<SHA256_CTX>.stride)
        state.update(inner.span.raw)
        return state.finish()
    }

    /// Whether `code` is the code of `message`; the comparison takes the same time wherever they differ. O(n).
    func isValid(_ code: RawSpan, for message: RawSpan) -> Bool {
        guard code.byteCount == Self.codeBytes else { return false }
        let expected = self.code(of: message)
        // SAFETY: both sides are 32 bytes long, and neither pointer leaves.
        return unsafe expected.span.withUnsafeBufferPointer { left in
            unsafe code.withUnsafeBytes { right in
                unsafe ringfort_equal_32(left.baseAddress, right.baseAddress) == 1
            }
        }
    }

    @inline(__always)
    private func state(at offset: Int) -> SHA256State {
        // SAFETY: a whole context was stored at either offset (invariant); the load is unaligned by name.
        SHA256State(unsafe states.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: SHA256_CTX.self))
    }
}

// MARK: - The key's two blocks

extension HMACSHA256 {
    private typealias KeyBlock = InlineArray<64, UInt8>

    /// The key, filled up with zeros; a key longer than a block is replaced by its hash.
    private static func keyBlock(_ secret: RawSpan) -> KeyBlock {
        var block = KeyBlock(repeating: 0)
        guard secret.byteCount > block.count else {
            for offset in 0..<secret.byteCount { block[offset] = secret[offset] }
            return block
        }
        var state = SHA256State()
        state.update(secret)
        var hash = state.finish()
        for offset in 0..<hash.count { block[offset] = hash[offset] }
        Sodium.wipe(&hash)
        return block
    }

    private static func store(
        _ block: KeyBlock, exclusiveOr pad: UInt8, into target: inout MutableRawSpan, at offset: Int
    ) {
        var padded = block
        for index in 0..<padded.count { padded[index] ^= pad }
        var state = SHA256State()
        state.update(padded.span.raw)
        target.storeBytes(of: state.context, toByteOffset: offset, as: SHA256_CTX.self)
        Sodium.wipe(&padded)
        Sodium.wipe(&state)
    }
}
