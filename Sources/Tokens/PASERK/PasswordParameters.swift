internal import Bytes
internal import COpenSSL
internal import CSodium

/// What a key from a password depends on besides the password, as the text has it: the salt, the cost, and the cipher's
/// nonce behind them. Numbers have their highest byte first.
struct PasswordParameters: ~Copyable {
    private let version: PASERKHeader.Version
    private var storage = ByteBuffer(capacity: 64)

    /// Those that a text gives; it must have `byteCount` bytes.
    init(_ version: PASERKHeader.Version, _ bytes: RawSpan) {
        precondition(bytes.byteCount == Self.byteCount(version), "wrong length")
        self.version = version
        storage.append(bytes)
    }

    /// Those of a new text, with salt and nonce from the front of 64 random bytes.
    init(_ version: PASERKHeader.Version, _ cost: PasswordCost, random: RawSpan) {
        self.version = version
        let saltBytes = Self.saltBytes(version)
        storage.append(random.extracting(0..<saltBytes))
        if version == .k3 {
            storage.append(bigEndian: UInt64(cost.iterations), count: 4)
        } else {
            storage.append(bigEndian: cost.memoryBytes, count: 8)
            storage.append(bigEndian: UInt64(cost.passes), count: 4)
            storage.append(bigEndian: 1, count: 4)
        }
        storage.append(random.extracting(saltBytes..<saltBytes + PASERKSuite(version).nonceBytes))
    }

    /// How long they are.
    static func byteCount(_ version: PASERKHeader.Version) -> Int {
        saltBytes(version) + (version == .k3 ? 4 : 16) + PASERKSuite(version).nonceBytes
    }

    private static func saltBytes(_ version: PASERKHeader.Version) -> Int { version == .k3 ? 32 : 16 }

    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { storage.bytes }
    }

    /// The cipher's nonce.
    var nonce: RawSpan {
        @_lifetime(borrow self)
        get { storage.bytes.extracting(storage.count - PASERKSuite(version).nonceBytes..<storage.count) }
    }

    private var salt: RawSpan {
        @_lifetime(borrow self)
        get { storage.bytes.extracting(0..<Self.saltBytes(version)) }
    }

    /// The 32 bytes that follow from the password.
    ///
    /// - Throws: `KeyError.paserkCostOutOfRange` before anything is spent, `.noGuardedMemory` when argon2id gets no memory.
    func key(from password: RawSpan, atMost limit: PasswordCost) throws(KeyError) -> GuardedBytes {
        version == .k3
            ? try pbkdf2(password, atMost: limit.iterations) : try argon2id(password, atMost: limit)
    }

    private func pbkdf2(_ password: RawSpan, atMost limit: UInt32) throws(KeyError) -> GuardedBytes {
        let iterations = number(at: 32, count: 4)
        guard iterations >= 1, iterations <= UInt64(limit), iterations <= UInt64(Int32.max) else {
            throw .paserkCostOutOfRange
        }
        return try GuardedBytes(count: 32) { (target: inout MutableRawSpan) throws(KeyError) in
            // SAFETY: OpenSSL fills the target and reads both spans, as long as they are; no pointer leaves.
            let isDone = unsafe target.withUnsafeMutableBytes { target in
                unsafe password.withUnsafeBytes { password in
                    unsafe salt.withUnsafeBytes { salt in
                        unsafe ringfort_pbkdf2_sha384(
                            target.baseAddress, target.count, password.baseAddress, password.count, salt.baseAddress,
                            salt.count, Int32(iterations)) == 1
                    }
                }
            }
            guard isDone else { throw .noGuardedMemory }
        }
    }

    private func argon2id(_ password: RawSpan, atMost limit: PasswordCost) throws(KeyError) -> GuardedBytes {
        let (memory, passes) = (number(at: 16, count: 8), number(at: 24, count: 4))
        // libsodium works on one lane only, and so does every PASERK that it can have made.
        guard number(at: 28, count: 4) == 1, passes >= 1, passes <= UInt64(limit.passes),
            memory >= PasswordCost.leastMemoryBytes, memory <= limit.memoryBytes
        else { throw .paserkCostOutOfRange }
        return try GuardedBytes(count: 32) { (target: inout MutableRawSpan) throws(KeyError) in
            // SAFETY: libsodium fills the target and reads the password and 16 bytes of salt; no pointer leaves.
            let isDone = unsafe target.withUnsafeMutableBytes { target in
                unsafe password.withUnsafeBytes { password in
                    unsafe salt.withUnsafeBytes { salt in
                        unsafe ringfort_argon2id(
                            target.baseAddress, target.count, password.baseAddress, password.count, salt.baseAddress,
                            passes, Int(memory)) == 0
                    }
                }
            }
            guard isDone else { throw .noGuardedMemory }
        }
    }

    private func number(at offset: Int, count: Int) -> UInt64 {
        (offset..<offset + count).reduce(0) { $0 << 8 | UInt64(storage.bytes[$1]) }
    }
}

extension ByteBuffer {
    fileprivate mutating func append(bigEndian number: UInt64, count: Int) {
        for index in (0..<count).reversed() { append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
    }
}
