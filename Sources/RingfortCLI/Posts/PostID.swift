import Bytes

/// Post ids and other numbers as paths and queries have them.
enum PostID {
    /// The id that `text` is: a decimal number without leading zeros, so that a post has one path. Nil for anything else.
    static func parse(_ text: RawSpan) -> Int64? {
        guard (1...18).contains(text.byteCount), text[0] != 0x30 else { return nil }
        var id: Int64 = 0
        for offset in 0..<text.byteCount {
            let digit = text[offset] &- 0x30
            guard digit < 10 else { return nil }
            // Eighteen digits fit into 63 bits.
            id = id * 10 + Int64(digit)
        }
        return id
    }
}
