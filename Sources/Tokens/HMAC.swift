internal import Bytes

/// HMAC (RFC 2104) under one key, prepared once and used for any number of messages.
///
/// The states behind the key's two blocks are kept, so that a message costs a copy instead of two compressions and two
/// set-ups.
struct HMAC<State: HashState>: ~Copyable, Sendable {
    // INVARIANT: one HMACState<State>, as secret as the key.
    private let prepared: GuardedBytes

    /// - Parameter start: the hash function's state before the first byte.
    init(key: RawSpan, start: State) throws(KeyError) {
        prepared = try GuardedBytes(count: MemoryLayout<HMACState<State>>.stride) {
            (target: inout MutableRawSpan) throws(KeyError) in
            var state = HMACState(key: key, start: start)
            target.storeBytes(of: state, as: HMACState<State>.self)
            Sodium.wipe(&state)
        }
    }

    /// A copy of the state before the first byte, for messages in several parts.
    @inline(__always)
    var state: HMACState<State> {
        // SAFETY: a whole state was stored there (invariant); the load is unaligned by name.
        unsafe prepared.bytes.unsafeLoadUnaligned(as: HMACState<State>.self)
    }

    /// The code of `message`. O(n).
    @inline(__always)
    func code(of message: RawSpan) -> MessageDigest {
        var code = MessageDigest()
        write(codeOf: message, to: &code)
        return code
    }

    /// Whether `code` is the code of `message`; the comparison takes the same time wherever they differ. O(n).
    @inline(__always)
    func isValid(_ code: RawSpan, for message: RawSpan) -> Bool {
        var right = MessageDigest()
        write(codeOf: message, to: &right)
        return ConstantTime.equals(right.bytes, code)
    }

    @inline(__always)
    private func write(codeOf message: RawSpan, to code: inout MessageDigest) {
        var state = state
        state.update(message)
        state.finish(into: &code)
    }
}

extension HMAC<SHA256State> {
    /// The HMAC of HS256.
    static func sha256(_ secret: SymmetricSecret) throws(KeyError) -> Self {
        try secret.withBytes { key throws(KeyError) in try Self(key: key, start: SHA256State()) }
    }
}

extension HMAC<SHA512State> {
    /// The HMAC of HS384.
    static func sha384(_ secret: SymmetricSecret) throws(KeyError) -> Self {
        try secret.withBytes { key throws(KeyError) in try Self(key: key, start: .sha384) }
    }

    /// The HMAC of HS512.
    static func sha512(_ secret: SymmetricSecret) throws(KeyError) -> Self {
        try secret.withBytes { key throws(KeyError) in try Self(key: key, start: .sha512) }
    }
}
