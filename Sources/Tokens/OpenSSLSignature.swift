internal import Bytes
internal import COpenSSL
internal import Synchronization

/// How OpenSSL makes a signature out of a digest.
enum SignatureScheme {
    /// ECDSA, in DER.
    case ecdsa
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    case rsaPKCS1(HashFunction)
    /// RSASSA-PSS (RFC 8017 section 8.1) with one hash for both uses, and a salt as long as it (RFC 7518 section 3.5).
    case rsaPSS(HashFunction)
}

/// A key with all settings made and all algorithms looked up, ready to check or to make signatures.
///
/// A context is for one thread at a time. Whoever needs one takes the spare, or copies the template where another thread
/// has the spare (64 ns and two or three allocations, beside 12,000 ns and more for the operation): so nobody waits.
@safe
struct OpenSSLSignature: ~Copyable, @unchecked Sendable {
    // INVARIANT: a context that this value alone owns, and that nobody changes after `init`: so any thread may copy it.
    private let template: OpaquePointer
    // INVARIANT: the address of a copy of the template that nobody uses, or nil.
    private let spare = unsafe Atomic<UnsafeMutableRawPointer?>(nil)

    /// What the key is to be used for.
    enum Operation {
        case sign
        case verify
    }

    /// - Throws: `KeyError.unusableKey` when OpenSSL has no use for the key with these settings.
    init(_ operation: Operation, _ key: OpenSSLKey, _ scheme: SignatureScheme) throws(KeyError) {
        // SAFETY: the context holds a reference to the key of its own.
        let context = unsafe key.withKey { unsafe EVP_PKEY_CTX_new_from_pkey(nil, $0, nil) }
        // SAFETY: the context was just made, and is nobody else's; where it can't be prepared it is freed once, here.
        guard let context = unsafe context, unsafe Self.prepare(context, operation, scheme) else {
            unsafe EVP_PKEY_CTX_free(context)
            ERR_clear_error()
            throw .unusableKey
        }
        unsafe template = context
    }

    deinit {
        // SAFETY: both contexts are this value's own, and freed once; nobody uses them any more.
        unsafe EVP_PKEY_CTX_free(spare.load(ordering: .acquiring).map { OpaquePointer($0) })
        unsafe EVP_PKEY_CTX_free(template)
    }

    /// Whether `signature` is the key's over `digest`. Its length is the caller's to check.
    func isValid(_ signature: RawSpan, digest: RawSpan) -> Bool {
        // SAFETY: nobody else has the context meanwhile, and the spans are read during the call only.
        let context = unsafe takeContext()
        let result = unsafe signature.withUnsafeBytes { signature in
            unsafe digest.withUnsafeBytes { digest in
                unsafe ringfort_pkey_verify(
                    context, signature.baseAddress, signature.count, digest.baseAddress, digest.count)
            }
        }
        unsafe giveBack(context)
        guard result == 1 else {
            ERR_clear_error()
            return false
        }
        return true
    }

    /// Overwrites the start of `target` with the signature over `digest`, and returns how long it is; nil when OpenSSL
    /// has no randomness or no memory left, or `target` no room.
    func sign(digest: RawSpan, into target: inout MutableRawSpan) -> Int? {
        // SAFETY: nobody else has the context meanwhile; OpenSSL reads the digest and writes at most `count` bytes during
        // the call only.
        let context = unsafe takeContext()
        var count = target.byteCount
        let result = unsafe target.withUnsafeMutableBytes { target in
            unsafe digest.withUnsafeBytes { digest in
                unsafe ringfort_pkey_sign(context, target.baseAddress, &count, digest.baseAddress, digest.count)
            }
        }
        unsafe giveBack(context)
        guard result == 1 else {
            ERR_clear_error()
            return nil
        }
        return count
    }
}

// MARK: - Contexts

extension OpenSSLSignature {
    /// A context that is the caller's until it gives it back; nil when there is no memory for one.
    private func takeContext() -> OpaquePointer? {
        // SAFETY: an address that is taken out is nobody else's; it was put there by `giveBack`, as a context.
        if let context = unsafe spare.exchange(nil, ordering: .acquiring) { return OpaquePointer(context) }
        return unsafe EVP_PKEY_CTX_dup(template)
    }

    /// Keeps a context for the next, or frees it where there is one already.
    private func giveBack(_ context: OpaquePointer?) {
        // SAFETY: the caller had the context alone, and forgets it.
        let (isKept, _) = unsafe spare.compareExchange(
            expected: nil, desired: UnsafeMutableRawPointer(context), ordering: .releasing)
        if !isKept { unsafe EVP_PKEY_CTX_free(context) }
    }

    private static func prepare(_ context: OpaquePointer, _ operation: Operation, _ scheme: SignatureScheme) -> Bool {
        // SAFETY: the context is the caller's; the hash functions live for ever.
        let isReady =
            switch operation {
            case .sign: unsafe EVP_PKEY_sign_init(context) == 1
            case .verify: unsafe EVP_PKEY_verify_init(context) == 1
            }
        guard isReady else { return false }
        switch scheme {
        case .ecdsa: return true
        case .rsaPKCS1(let hash):
            return unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, function(hash)) == 1
        case .rsaPSS(let hash):
            return unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, function(hash)) == 1
                && EVP_PKEY_CTX_set_rsa_mgf1_md(context, function(hash)) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
        }
    }

    private static func function(_ hash: HashFunction) -> OpaquePointer? {
        switch hash {
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }
}
