internal import CSodium

/// Unpredictable bytes from the system, through libsodium.
enum Random {
    /// Overwrites all of `target`.
    static func fill(_ target: inout MutableRawSpan) {
        // SAFETY: libsodium writes `count` bytes from the start of the span, during the call only.
        unsafe target.withUnsafeMutableBytes { unsafe ringfort_random($0.baseAddress, $0.count) }
    }

    /// Eight bytes as an integer.
    static func word() -> UInt64 {
        var word: UInt64 = 0
        // SAFETY: `word` has eight bytes, and its address is used during the call only.
        unsafe ringfort_random(&word, MemoryLayout<UInt64>.size)
        return word
    }
}
