import Bytes

/// A place in a path: one of its segments. `/api/posts/` has the segments `api`, `posts` and an empty one.
///
/// It finds the next segment as the walk needs it. A table of all of them would be filled for nothing when the first
/// does not match.
struct PathCursor {
    /// The segment's first byte, behind its slash.
    private(set) var start: Int
    /// One past the segment's last byte.
    private(set) var end: Int

    /// At the first segment of `path`, which begins with a slash. O(bytes of the segment).
    init(_ path: RawSpan) {
        start = 1
        end = path.firstOffset(of: 0x2F, from: 1) ?? path.byteCount
    }

    /// Whether the trailing segment has no bytes.
    var isEmpty: Bool { start == end }

    /// The segment's offsets in the path.
    var offsets: Range<Int> { start..<end }

    /// Steps to the next segment, or gives false and stays where this is the last. O(bytes of the segment).
    mutating func advance(_ path: RawSpan) -> Bool {
        guard end < path.byteCount else { return false }
        start = end + 1
        end = path.firstOffset(of: 0x2F, from: start) ?? path.byteCount
        return true
    }

    /// Steps back to the segment before, which must exist. O(bytes of that segment).
    mutating func retreat(_ path: RawSpan) {
        end = start - 1
        start = end
        while path[start - 1] != 0x2F { start -= 1 }
    }
}
