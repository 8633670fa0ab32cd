internal import Bytes
internal import COpenSSL

/// A running hash (FIPS 180-4) as a value: a copy goes on from the same place.
protocol HashState: BitwiseCopyable {
    /// How many bytes the function takes in at once.
    static var blockBytes: Int { get }

    /// Hashes `bytes` behind what was hashed before. O(n).
    mutating func update(_ bytes: RawSpan)

    /// Makes `digest` the hash of everything so far. The state is used up.
    mutating func finish(into digest: inout MessageDigest)
}

extension HashState {
    /// The hash of everything so far. The state is used up.
    mutating func finish() -> MessageDigest {
        var digest = MessageDigest()
        finish(into: &digest)
        return digest
    }
}

/// A running SHA-256.
struct SHA256State: HashState {
    private var context = SHA256_CTX()

    static var blockBytes: Int { 64 }

    /// The state before the first byte.
    init() {
        // SAFETY: the pointer to `context` is used during the call only.
        unsafe ringfort_sha256_init(&context)
    }

    @inline(__always)
    mutating func update(_ bytes: RawSpan) {
        // SAFETY: OpenSSL reads `count` bytes from the start of the span during the call only.
        unsafe bytes.withUnsafeBytes { _ = unsafe ringfort_sha256_update(&context, $0.baseAddress, $0.count) }
    }

    @inline(__always)
    mutating func finish(into digest: inout MessageDigest) {
        // SAFETY: OpenSSL writes 32 bytes, which is what is announced, during the call only.
        unsafe digest.write(count: 32) { unsafe ringfort_sha256_final($0, &context) }
    }
}

/// A running SHA-512, or SHA-384, which differs from it in where it begins and ends only.
struct SHA512State: HashState {
    private var context = ringfort_sha512_state()
    private let digestBytes: Int

    static var blockBytes: Int { 128 }

    /// The state of SHA-384 before the first byte.
    static var sha384: SHA512State {
        var state = SHA512State(digestBytes: 48)
        // SAFETY: the pointer to `context` is used during the call only.
        unsafe ringfort_sha384_init(&state.context)
        return state
    }

    /// The state of SHA-512 before the first byte.
    static var sha512: SHA512State {
        var state = SHA512State(digestBytes: 64)
        // SAFETY: the pointer to `context` is used during the call only.
        unsafe ringfort_sha512_init(&state.context)
        return state
    }

    private init(digestBytes: Int) { self.digestBytes = digestBytes }

    @inline(__always)
    mutating func update(_ bytes: RawSpan) {
        // SAFETY: OpenSSL reads `count` bytes from the start of the span during the call only.
        unsafe bytes.withUnsafeBytes { _ = unsafe ringfort_sha512_update(&context, $0.baseAddress, $0.count) }
    }

    @inline(__always)
    mutating func finish(into digest: inout MessageDigest) {
        // SAFETY: OpenSSL writes as many bytes as the function has that the state was made for, during the call only.
        unsafe digest.write(count: digestBytes) { unsafe ringfort_sha512_final($0, &context) }
    }
}
