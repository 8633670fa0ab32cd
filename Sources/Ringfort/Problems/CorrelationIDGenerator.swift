import CLinux
import Glibc

/// Makes a shard's correlation ids: xoshiro256** (Blackman and Vigna, 2018), seeded by the system.
///
/// The system's random source would cost a system call a request and buy nothing, since ids need only be unique. Two
/// draws make an id: within a shard it can't repeat before 2²⁵⁵ ids, and over all shards and runs of all servers, whose
/// 256-bit seeds are independent, ids repeat no sooner than 128 random bits do.
///
/// Noncopyable: a copy would go on to make the same ids.
struct CorrelationIDGenerator: ~Copyable {
    // INVARIANT: not all zero, the one state that xoshiro never leaves.
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// A generator with a seed from the system's random source.
    ///
    /// - Throws: `SystemRandomError` when the system has no random source.
    init() throws(SystemRandomError) {
        var seed: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        // SAFETY: the kernel writes at most the bytes' count, and is done with them when the call returns.
        try unsafe withUnsafeMutableBytes(of: &seed) { bytes throws(SystemRandomError) in
            let filled = unsafe getrandom(bytes.baseAddress, bytes.count, 0)
            // Up to 256 bytes come whole or not at all (getrandom(2)).
            guard filled == bytes.count else { throw SystemRandomError(code: errno) }
        }
        self.init(state: seed)
    }

    init(state: (UInt64, UInt64, UInt64, UInt64)) {
        let isZero = state.0 | state.1 | state.2 | state.3 == 0
        self.state = isZero ? (1, 0, 0, 0) : state
    }

    /// The next id.
    mutating func next() -> CorrelationID { CorrelationID(high: draw(), low: draw()) }

    private mutating func draw() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, by: 45)
        return result
    }

    private static func rotate(_ value: UInt64, by bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
}

/// The system's random source failed: `code` is its errno.
public struct SystemRandomError: Error, Equatable {
    /// The errno of getrandom(2).
    public let code: Int32
}
