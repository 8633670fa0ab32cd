import Bytes

/// Post ids as a path has them.
enum PostID {
    /// The id that `text` is: a decimal number without leading zeros, so that a post has one path. Nil for anything else.
    static func parse(_ text: RawSpan) -> UInt64? {
        guard (1...19).contains(text.byteCount), text[0] != 0x30 else { return nil }
        var id: UInt64 = 0
        for offset in 0..<text.byteCount {
            let digit = text[offset] &- 0x30
            guard digit < 10 else { return nil }
            // Nineteen digits fit into 64 bits.
            id = id * 10 + UInt64(digit)
        }
        return id
    }
}
