import Glibc

/// Finds the blank line that ends a request's head, also where it is split over reads.
struct HeadEnd {
    /// How many bytes of `\r\n\r\n` the last read ended with.
    private var matched = 0

    /// How many heads end in `bytes`, which follow those of the call before. O(n), at memchr's speed between lines.
    mutating func count(in bytes: RawSpan) -> Int {
        var heads = 0
        // SAFETY: every access is below the buffer's count, and no pointer leaves the closure.
        unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var offset = 0
            while offset < bytes.count {
                if matched == 0 {
                    guard let found = unsafe memchr(base + offset, 0x0D, bytes.count - offset) else { return }
                    offset = unsafe UnsafeRawPointer(found) - base
                }
                let byte = unsafe bytes[offset]
                offset += 1
                // Each of the four bytes differs from its neighbours: a mismatch can only be the start of a new match.
                if byte == (matched & 1 == 0 ? 0x0D : 0x0A) {
                    matched += 1
                    if matched == 4 {
                        matched = 0
                        heads += 1
                    }
                } else {
                    matched = byte == 0x0D ? 1 : 0
                }
            }
        }
        return heads
    }
}
