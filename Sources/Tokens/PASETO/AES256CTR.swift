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

    /// Encrypts or decrypts `range` of `buffer` in place. Key and counter of other lengths trap. Nothing of the key stays.
    /// O(n).
    mutating func apply(key: RawSpan, counter: RawSpan, to buffer: inout ByteBuffer, in range: Range<Int>) {
        precondition(key.byteCount == Self.keyBytes && counter.byteCount == Self.counterBytes, "wrong length")
        makeContext()
        start(key: key, counter: counter)
        var bytes = buffer.mutableBytes
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount, "range out of bounds")
        // SAFETY: the range lies inside the buffer, and OpenSSL works in place, during the call only.
        let isDone = unsafe bytes.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            return unsafe ringfort_cipher_apply(context, base + range.lowerBound, range.count) == 1
        }
        precondition(isDone, "a cipher without padding can't fail")
        let zeros = InlineArray<32, UInt8>(repeating: 0)
        start(key: zeros.span.raw, counter: zeros.span.raw)
    }

    private mutating func makeContext() {
        guard unsafe context == nil else { return }
        // SAFETY: the context is ours, and freed in `deinit`; without a key none is read.
        guard let made = unsafe EVP_CIPHER_CTX_new(),
            unsafe EVP_EncryptInit_ex2(made, EVP_aes_256_ctr(), nil, nil, nil) == 1
        else { preconditionFailure("no memory for a cipher") }
        unsafe context = made
    }

    private mutating func start(key: RawSpan, counter: RawSpan) {
        // SAFETY: key and counter have at least the lengths that OpenSSL reads during the call.
        let isStarted = unsafe key.withUnsafeBytes { key in
            unsafe counter.withUnsafeBytes { counter in
                unsafe ringfort_cipher_start(context, key.baseAddress, counter.baseAddress) == 1
            }
        }
        precondition(isStarted, "a cipher that was started before can't fail to start")
    }
}

// SAFETY: a value owns its context alone; sending the value sends the context.
extension AES256CTR: @unchecked Sendable {}
