internal import Bytes
internal import COpenSSL

/// AES-256 in counter mode (NIST SP 800-38A), with a context that is made when it is first needed,
/// and then used for any number of messages: OpenSSL takes longer to make one than to encrypt a token.
///
/// OpenSSL's functions without a context would do, but know nothing of the processor's AES instructions.
@safe
struct AES256CTR: ~Copyable {
    // INVARIANT: nil, or an EVP_CIPHER_CTX set to AES-256-CTR, which this value alone owns.
    private var context: OpaquePointer?

    static let keyBytes = 32
    static let counterBytes = 16

    init() {}

    // SAFETY: the context is this value's own, and freed once; OpenSSL wipes the key that it holds.
    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    /// Encrypts or decrypts `range` of `buffer` in place; false when OpenSSL has no memory for it. Key and counter of other
    /// lengths trap. Nothing of the key stays. O(n).
    mutating func apply(key: RawSpan, counter: RawSpan, to buffer: inout ByteBuffer, in range: Range<Int>) -> Bool {
        precondition(key.byteCount == Self.keyBytes && counter.byteCount == Self.counterBytes, "wrong length")
        guard makeContext(), start(key: key, counter: counter) else { return false }
        var bytes = buffer.mutableBytes
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount, "range out of bounds")
        // SAFETY: the range lies inside the buffer, and OpenSSL works in place, during the call only.
        let isDone = unsafe bytes.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            return unsafe ringfort_cipher_apply(context, base + range.lowerBound, range.count) == 1
        }
        let zeros = InlineArray<32, UInt8>(repeating: 0)
        return start(key: zeros.span.raw, counter: zeros.span.raw) && isDone
    }

    private mutating func makeContext() -> Bool {
        guard unsafe context == nil else { return true }
        // SAFETY: the context is ours, and freed in `deinit`; without a key none is read.
        guard let made = unsafe EVP_CIPHER_CTX_new() else { return false }
        guard unsafe EVP_EncryptInit_ex2(made, EVP_aes_256_ctr(), nil, nil, nil) == 1 else {
            unsafe EVP_CIPHER_CTX_free(made)
            return false
        }
        unsafe context = made
        return true
    }

    private mutating func start(key: RawSpan, counter: RawSpan) -> Bool {
        // SAFETY: key and counter have at least the lengths that OpenSSL reads during the call.
        unsafe key.withUnsafeBytes { key in
            unsafe counter.withUnsafeBytes { counter in
                unsafe ringfort_cipher_start(context, key.baseAddress, counter.baseAddress) == 1
            }
        }
    }
}

// SAFETY: a value owns its context alone; sending the value sends the context.
extension AES256CTR: @unchecked Sendable {}
