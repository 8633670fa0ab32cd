import COpenSSL
import CSodium

/// XChaCha20-Poly1305, as PASETO v2.local has it; to make one, BLAKE2b over the message gives the nonce.
final class BareV2Local: BarePrimitive {
    let library = "libsodium"
    private var opened: [UInt8]
    private var sealed: [UInt8]
    private var nonce = [UInt8](repeating: 1, count: 24)
    private let associated = [UInt8](repeating: 2, count: 100)
    private let key = [UInt8](repeating: 3, count: 32)

    /// - Parameter count: how long the message is, in bytes.
    init(count: Int) {
        opened = [UInt8](repeating: 0x61, count: count)
        sealed = [UInt8](repeating: 0, count: count + 16)
        _ = sign(1)
    }

    func sign(_ repetitions: Int) -> Int {
        let seed = [UInt8](repeating: 4, count: 24)
        for _ in 0..<repetitions {
            // SAFETY: every array is as long as it says, and the sealed message 16 bytes longer than the open one.
            unsafe ringfort_blake2b(&nonce, nonce.count, opened, opened.count, seed, seed.count)
            unsafe ringfort_xchacha20poly1305_seal(
                &sealed, opened, opened.count, associated, associated.count, nonce, key)
        }
        return repetitions
    }

    func verify(_ repetitions: Int) -> Int {
        var good = 0
        for _ in 0..<repetitions {
            // SAFETY: as above.
            if unsafe ringfort_xchacha20poly1305_open(
                &opened, sealed, sealed.count, associated, associated.count, nonce, key) == 0
            {
                good &+= 1
            }
        }
        return good
    }
}

/// PASETO v4.local: BLAKE2b for two keys and for the code, and XChaCha20.
final class BareV4Local: BarePrimitive {
    let library = "libsodium"
    private var message: [UInt8]
    private let covered: [UInt8]
    private let key = [UInt8](repeating: 3, count: 32)

    /// - Parameters:
    ///   - count: how long the message is, in bytes.
    ///   - coveredCount: how much the code covers.
    init(count: Int, coveredCount: Int) {
        message = [UInt8](repeating: 0x61, count: count)
        covered = [UInt8](repeating: 0x61, count: coveredCount)
    }

    func sign(_ repetitions: Int) -> Int { verify(repetitions) }

    func verify(_ repetitions: Int) -> Int {
        let uses = ([UInt8](repeating: 5, count: 53), [UInt8](repeating: 6, count: 56))
        var keyAndNonce = [UInt8](repeating: 0, count: 56)
        var codeKey = [UInt8](repeating: 0, count: 32)
        var code = [UInt8](repeating: 0, count: 32)
        for _ in 0..<repetitions {
            // SAFETY: every array is as long as it says.
            unsafe ringfort_blake2b(&codeKey, codeKey.count, uses.1, uses.1.count, key, key.count)
            unsafe ringfort_blake2b(&code, code.count, covered, covered.count, codeKey, codeKey.count)
            unsafe ringfort_blake2b(&keyAndNonce, keyAndNonce.count, uses.0, uses.0.count, key, key.count)
            unsafe keyAndNonce.withUnsafeBytes { bytes in
                unsafe ringfort_xchacha20_xor(
                    &message, message.count, bytes.baseAddress.map { unsafe $0 + 32 }, bytes.baseAddress)
            }
        }
        return repetitions
    }
}

/// PASETO v3.local: HKDF and HMAC with SHA-384, and AES-256 in counter mode. HKDF begins from states that are copied.
@safe
final class BareV3Local: BarePrimitive {
    let library = "OpenSSL"
    private var message: [UInt8]
    private let covered: [UInt8]
    private let state: ringfort_sha512_state
    // INVARIANT: a context with AES-256-CTR looked up, that this object alone owns.
    private let cipher: OpaquePointer

    /// - Parameters:
    ///   - count: how long the message is, in bytes.
    ///   - coveredCount: how much the code covers.
    init(count: Int, coveredCount: Int) throws(BenchError) {
        message = [UInt8](repeating: 0x61, count: count)
        covered = [UInt8](repeating: 0x61, count: coveredCount)
        // SAFETY: the context and the cipher are OpenSSL's; the first is freed once, in `deinit`.
        guard let cipher = unsafe EVP_CIPHER_CTX_new(),
            unsafe EVP_EncryptInit_ex2(cipher, EVP_aes_256_ctr(), nil, nil, nil) == 1
        else { throw .wrongAnswer("OpenSSL has no AES-256-CTR") }
        unsafe self.cipher = cipher
        state = Self.state(after: [UInt8](repeating: 0x36, count: 128))
    }

    // SAFETY: the context is this object's own, and freed once.
    deinit { unsafe EVP_CIPHER_CTX_free(cipher) }

    func sign(_ repetitions: Int) -> Int { verify(repetitions) }

    func verify(_ repetitions: Int) -> Int {
        let use = [UInt8](repeating: 5, count: 57)
        var (key, codeKey) = ([UInt8](repeating: 0, count: 64), [UInt8](repeating: 0, count: 64))
        var code = [UInt8](repeating: 0, count: 64)
        var block = [UInt8](repeating: 0x36, count: 128)
        for _ in 0..<repetitions {
            Self.compute(&codeKey, use, inner: state, outer: state)
            for index in 0..<48 { block[index] = codeKey[index] ^ 0x36 }
            let inner = Self.state(after: block)
            for index in 0..<48 { block[index] = codeKey[index] ^ 0x5C }
            Self.compute(&code, covered, inner: inner, outer: Self.state(after: block))
            Self.compute(&key, use, inner: state, outer: state)
            // SAFETY: 32 bytes of key and 16 of counter are read, and `count` bytes of the message are changed.
            unsafe key.withUnsafeBytes { key in
                _ = unsafe ringfort_cipher_start(
                    cipher, key.baseAddress, key.baseAddress.map { unsafe $0 + 32 })
            }
            unsafe ringfort_cipher_apply(cipher, &message, message.count)
        }
        return repetitions
    }

    private static func state(after block: [UInt8]) -> ringfort_sha512_state {
        var state = ringfort_sha512_state()
        // SAFETY: the state and the block live through the calls.
        unsafe ringfort_sha384_init(&state)
        unsafe ringfort_sha512_update(&state, block, block.count)
        return state
    }

    private static func compute(
        _ code: inout [UInt8], _ text: [UInt8], inner: ringfort_sha512_state, outer: ringfort_sha512_state
    ) {
        var state = inner
        // SAFETY: `code` has room for 64 bytes, of which 48 are written and read.
        unsafe ringfort_sha512_update(&state, text, text.count)
        unsafe ringfort_sha512_final(&code, &state)
        state = outer
        unsafe ringfort_sha512_update(&state, code, 48)
        unsafe ringfort_sha512_final(&code, &state)
    }
}
