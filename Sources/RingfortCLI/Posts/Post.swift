import Bytes

/// Who wrote a post: the pair that names a principal.
struct PostAuthor: Sendable {
    let subject: [UInt8]
    /// Empty when the author's token named none.
    let issuer: [UInt8]
}

/// The part of a post that its author writes. All of it is UTF-8.
struct PostDraft: Sendable {
    let title: [UInt8]
    let body: [UInt8]
    /// A JSON array of strings.
    let tags: [UInt8]
}

/// What is known of a post but its texts.
struct PostHead: Sendable {
    let id: Int64
    /// Counts up with every change.
    let version: Int64
    let author: PostAuthor
    let createdUnixSeconds: Int64
}

extension [UInt8] {
    /// A copy of `bytes`.
    init(_ bytes: RawSpan) {
        self.init(capacity: bytes.byteCount) { array in
            for offset in 0..<bytes.byteCount { array.append(bytes[offset]) }
        }
    }
}
