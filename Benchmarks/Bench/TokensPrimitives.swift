import COpenSSL
import CSodium

/// What a token's algorithm comes down to, in the library that does it, with everything prepared that can be.
protocol BarePrimitive {
    /// Whose code it is.
    var library: String { get }

    /// Checks a good signature so many times, and returns how often it was found good.
    func verify(_ repetitions: Int) -> Int

    /// Makes so many signatures, and returns how many came about.
    func sign(_ repetitions: Int) -> Int
}

/// HMAC-SHA-256 whose inner and outer states are copied.
final class BareHMACSHA256: BarePrimitive {
    let library = "OpenSSL"
    private let message: [UInt8]
    private var inner = SHA256_CTX()
    private var outer = SHA256_CTX()

    /// - Parameter count: how long the message is, in bytes.
    init(count: Int) {
        message = [UInt8](repeating: 0x61, count: count)
        let (innerBlock, outerBlock) = ([UInt8](repeating: 0x36, count: 64), [UInt8](repeating: 0x5C, count: 64))
        // SAFETY: both states and both blocks live through the calls.
        unsafe ringfort_sha256_init(&inner)
        unsafe ringfort_sha256_update(&inner, innerBlock, 64)
        unsafe ringfort_sha256_init(&outer)
        unsafe ringfort_sha256_update(&outer, outerBlock, 64)
    }

    func sign(_ repetitions: Int) -> Int {
        var code = [UInt8](repeating: 0, count: 32)
        for _ in 0..<repetitions { compute(&code) }
        return repetitions
    }

    func verify(_ repetitions: Int) -> Int {
        var (code, expected) = ([UInt8](repeating: 0, count: 32), [UInt8](repeating: 0, count: 32))
        compute(&expected)
        var good = 0
        for _ in 0..<repetitions {
            compute(&code)
            // SAFETY: both have 32 bytes.
            if unsafe ringfort_equal_codes(code, expected, 32) == 1 { good &+= 1 }
        }
        return good
    }

    private func compute(_ code: inout [UInt8]) {
        var state = inner
        // SAFETY: `code` has the 32 bytes that are written and read, and all lives through the calls.
        unsafe ringfort_sha256_update(&state, message, message.count)
        unsafe ringfort_sha256_final(&code, &state)
        state = outer
        unsafe ringfort_sha256_update(&state, code, 32)
        unsafe ringfort_sha256_final(&code, &state)
    }
}

/// HMAC-SHA-384 or -512 whose inner and outer states are copied.
final class BareHMACSHA512: BarePrimitive {
    let library = "OpenSSL"
    private let message: [UInt8]
    private let codeBytes: Int
    private var inner = ringfort_sha512_state()
    private var outer = ringfort_sha512_state()

    enum Hash {
        case sha384
        case sha512
    }

    /// - Parameter count: how long the message is, in bytes.
    init(_ hash: Hash, count: Int) {
        message = [UInt8](repeating: 0x61, count: count)
        codeBytes = hash == .sha384 ? 48 : 64
        let (innerBlock, outerBlock) = ([UInt8](repeating: 0x36, count: 128), [UInt8](repeating: 0x5C, count: 128))
        // SAFETY: both states and both blocks live through the calls.
        _ = unsafe hash == .sha384 ? ringfort_sha384_init(&inner) : ringfort_sha512_init(&inner)
        outer = inner
        unsafe ringfort_sha512_update(&inner, innerBlock, 128)
        unsafe ringfort_sha512_update(&outer, outerBlock, 128)
    }

    func sign(_ repetitions: Int) -> Int {
        var code = [UInt8](repeating: 0, count: 64)
        for _ in 0..<repetitions { compute(&code) }
        return repetitions
    }

    func verify(_ repetitions: Int) -> Int {
        var (code, expected) = ([UInt8](repeating: 0, count: 64), [UInt8](repeating: 0, count: 64))
        compute(&expected)
        var good = 0
        for _ in 0..<repetitions {
            compute(&code)
            // SAFETY: both have as many bytes.
            if unsafe ringfort_equal_codes(code, expected, codeBytes) == 1 { good &+= 1 }
        }
        return good
    }

    private func compute(_ code: inout [UInt8]) {
        var state = inner
        // SAFETY: `code` has room for 64 bytes, of which at most that many are written and read.
        unsafe ringfort_sha512_update(&state, message, message.count)
        unsafe ringfort_sha512_final(&code, &state)
        state = outer
        unsafe ringfort_sha512_update(&state, code, codeBytes)
        unsafe ringfort_sha512_final(&code, &state)
    }
}

/// Ed25519 in libsodium.
final class BareEd25519: BarePrimitive {
    let library = "libsodium"
    private let message: [UInt8]
    private var publicKey = [UInt8](repeating: 0, count: 32)
    private var secretKey = [UInt8](repeating: 0, count: 64)
    private var signature = [UInt8](repeating: 0, count: 64)

    /// - Parameters:
    ///   - seed: the secret key's 32 bytes.
    ///   - message: what is signed. How long a check takes depends on the signature's digits, so it must be the token's.
    init(seed: [UInt8], message: [UInt8]) {
        self.message = message
        // SAFETY: 32, 64 and 64 bytes, as the functions write and read them.
        unsafe ringfort_ed25519_expand(&publicKey, &secretKey, seed)
        unsafe ringfort_ed25519_sign(&signature, message, message.count, secretKey)
    }

    func sign(_ repetitions: Int) -> Int {
        var made = 0
        for _ in 0..<repetitions {
            // SAFETY: 64 bytes each, as the function writes and reads them.
            if unsafe ringfort_ed25519_sign(&signature, message, message.count, secretKey) == 0 { made &+= 1 }
        }
        return made
    }

    func verify(_ repetitions: Int) -> Int {
        var good = 0
        for _ in 0..<repetitions {
            // SAFETY: 64 and 32 bytes, as the function reads them.
            if unsafe ringfort_ed25519_verify(signature, message, message.count, publicKey) == 0 { good &+= 1 }
        }
        return good
    }
}
