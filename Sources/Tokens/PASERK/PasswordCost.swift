/// What it costs to get a key from a password: what a new PASERK asks for, or the most that one may ask for.
///
/// Versions 2 and 4 take memory and passes of argon2id (RFC 9106), version 3 iterations of PBKDF2 (RFC 8018).
public struct PasswordCost: Sendable, Equatable {
    /// Memory of argon2id, in bytes.
    public var memoryBytes: UInt64
    /// Passes of argon2id over its memory.
    public var passes: UInt32
    /// Iterations of PBKDF2 with HMAC-SHA-384.
    public var iterations: UInt32

    /// A cost. What its own version does not use is not looked at.
    public init(memoryBytes: UInt64, passes: UInt32, iterations: UInt32) {
        self.memoryBytes = memoryBytes
        self.passes = passes
        self.iterations = iterations
    }

    /// What a new PASERK asks for: 256 MiB and 3 passes, or 600,000 iterations; most of a second.
    public static let standard = PasswordCost(memoryBytes: 256 << 20, passes: 3, iterations: 600_000)
    /// The most that is paid for a PASERK unless something else is said: 1 GiB and 8 passes, or 2,000,000 iterations.
    public static let most = PasswordCost(memoryBytes: 1 << 30, passes: 8, iterations: 2_000_000)

    /// The least memory that argon2id can work in.
    static let leastMemoryBytes: UInt64 = 8_192
}
