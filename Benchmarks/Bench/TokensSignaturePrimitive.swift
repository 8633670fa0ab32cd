import COpenSSL

/// RSA or ECDSA in OpenSSL: a digest, and one context that is used again and again.
@safe
final class BareSignature: BarePrimitive {
    let library = "OpenSSL"
    private let hash: Hash
    private let message: [UInt8]
    // INVARIANT: two contexts, prepared, that this object alone owns.
    private let signing: OpaquePointer
    private let verifying: OpaquePointer
    private var signature = [UInt8](repeating: 0, count: 512)
    private var signatureCount = 0

    enum Hash {
        case sha256
        case sha384
        case sha512

        var digestBytes: Int {
            switch self {
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }
    }

    /// What kind of key, with which hash.
    enum Kind {
        case rsa(Hash)
        case pss(Hash)
        /// A curve by OpenSSL's name.
        case ec(String, Hash)

        var hash: Hash {
            switch self {
            case .rsa(let hash), .pss(let hash), .ec(_, let hash): hash
            }
        }
    }

    /// - Parameter count: how long the message is, in bytes.
    init(_ kind: Kind, count: Int) throws(BenchError) {
        hash = kind.hash
        message = [UInt8](repeating: 0x61, count: count)
        // SAFETY: each context keeps a reference to the key, whose own is given back here.
        let key =
            if case .ec(let curve, _) = kind { unsafe ringfort_ec_generate(curve) } else {
                unsafe ringfort_rsa_generate(2_048)
            }
        let contexts = unsafe (EVP_PKEY_CTX_new_from_pkey(nil, key, nil), EVP_PKEY_CTX_new_from_pkey(nil, key, nil))
        unsafe EVP_PKEY_free(key)
        guard let signing = unsafe contexts.0, let verifying = unsafe contexts.1 else {
            throw .wrongAnswer("OpenSSL makes no context")
        }
        unsafe self.signing = signing
        unsafe self.verifying = verifying
        // SAFETY: both contexts were just made.
        guard unsafe EVP_PKEY_sign_init(signing) == 1, unsafe EVP_PKEY_verify_init(verifying) == 1,
            unsafe Self.prepare(signing, kind), unsafe Self.prepare(verifying, kind), sign(1) == 1
        else { throw .wrongAnswer("OpenSSL does not take the key") }
    }

    deinit {
        // SAFETY: both are this object's own, and freed once.
        unsafe EVP_PKEY_CTX_free(signing)
        unsafe EVP_PKEY_CTX_free(verifying)
    }

    func sign(_ repetitions: Int) -> Int {
        var digest = [UInt8](repeating: 0, count: 64)
        var made = 0
        for _ in 0..<repetitions {
            computeDigest(&digest)
            signatureCount = signature.count
            // SAFETY: OpenSSL writes at most `signatureCount` bytes, and reads as many of the digest as it has.
            if unsafe EVP_PKEY_sign(signing, &signature, &signatureCount, digest, hash.digestBytes) == 1 { made &+= 1 }
        }
        return made
    }

    func verify(_ repetitions: Int) -> Int {
        var digest = [UInt8](repeating: 0, count: 64)
        var good = 0
        for _ in 0..<repetitions {
            computeDigest(&digest)
            // SAFETY: OpenSSL reads as many bytes as it is told that there are.
            if unsafe EVP_PKEY_verify(verifying, signature, signatureCount, digest, hash.digestBytes) == 1 {
                good &+= 1
            }
        }
        return good
    }

    private func computeDigest(_ digest: inout [UInt8]) {
        // SAFETY: `digest` has room for 64 bytes, of which at most that many are written.
        switch hash {
        case .sha256:
            var state = SHA256_CTX()
            unsafe ringfort_sha256_init(&state)
            unsafe ringfort_sha256_update(&state, message, message.count)
            unsafe ringfort_sha256_final(&digest, &state)
        case .sha384, .sha512:
            var state = ringfort_sha512_state()
            _ = unsafe hash == .sha384 ? ringfort_sha384_init(&state) : ringfort_sha512_init(&state)
            unsafe ringfort_sha512_update(&state, message, message.count)
            unsafe ringfort_sha512_final(&digest, &state)
        }
    }

    private static func prepare(_ context: OpaquePointer, _ kind: Kind) -> Bool {
        // SAFETY: the context is the caller's; the hash functions live for ever.
        switch kind {
        case .ec: return true
        case .rsa(let hash):
            return unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, function(hash)) == 1
        case .pss(let hash):
            return unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_signature_md(context, function(hash)) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
        }
    }

    private static func function(_ hash: Hash) -> OpaquePointer? {
        switch hash {
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }
}
