internal import Bytes
internal import COpenSSL

/// A running SHA-256 (FIPS 180-4) as a value: a copy goes on from the same place.
struct SHA256State: BitwiseCopyable {
    fileprivate(set) var context: SHA256_CTX

    /// The state before the first byte.
    init() {
        context = SHA256_CTX()
        // SAFETY: the pointer to `context` is used during the call only.
        unsafe ringfort_sha256_init(&context)
    }

    /// Goes on from a state that was kept.
    init(_ context: SHA256_CTX) { self.context = context }

    /// Hashes `bytes` behind what was hashed before. O(n).
    @inline(__always)
    mutating func update(_ bytes: RawSpan) {
        // SAFETY: OpenSSL reads `count` bytes from the start of the span during the call only.
        unsafe bytes.withUnsafeBytes { _ = unsafe ringfort_sha256_update(&context, $0.baseAddress, $0.count) }
    }

    /// The hash of everything so far. The state is used up.
    @inline(__always)
    mutating func finish() -> InlineArray<32, UInt8> {
        var digest = InlineArray<32, UInt8>(repeating: 0)
        var target = digest.mutableSpan
        // SAFETY: OpenSSL writes 32 bytes, which is what `digest` holds, during the call only.
        unsafe target.withUnsafeMutableBufferPointer { _ = unsafe ringfort_sha256_final($0.baseAddress, &context) }
        return digest
    }
}
