import Bytes

/// Where the posts of the sample API are kept.
///
/// Stores write JSON straight into the response's buffer: neither a row of a database nor a post in memory needs to
/// become a value first. Every method may be called from any thread.
protocol PostStore: Sendable {
    /// Appends an array of the newest posts, newest first, all older than the post `before`: at most `limit` of them, and
    /// no further one once they have `mostBytes`.
    func writeList(before: UInt64?, limit: Int, mostBytes: Int, into buffer: inout ByteBuffer) throws(PostError)

    /// Appends the post called `id`; false when there is none.
    func write(_ id: UInt64, into buffer: inout ByteBuffer) throws(PostError) -> Bool

    /// Keeps a new post, and returns its id, which no other post has had.
    func create(_ draft: PostDraft) throws(PostError) -> UInt64

    /// Removes the post called `id`; false when there is none.
    func delete(_ id: UInt64) throws(PostError) -> Bool
}

/// Why a post can't be had or kept.
enum PostError: Error, Equatable {
    case emptyTitle
    /// The title has more than `PostDraft.longestTitle` bytes.
    case titleTooLong
    /// The body has more than `PostDraft.longestBody` bytes.
    case bodyTooLong
    /// There is room for no further post.
    case full
}

/// A post to be: its texts, borrowed from the request, in bounds.
struct PostDraft: ~Escapable {
    /// UTF-8.
    let title: RawSpan
    /// UTF-8.
    let body: RawSpan
    /// Who wrote it: the subject of the credential.
    let author: RawSpan
    let createdUnixSeconds: UInt64
    /// A JSON array of strings.
    let tags: RawSpan

    /// The most bytes of a title.
    static let longestTitle = 480
    /// The most bytes of a body.
    static let longestBody = 80_000

    /// - Throws: `PostError` when a text is too long, or the title is empty.
    @_lifetime(copy title, copy body, copy author, copy tags)
    init(
        title: RawSpan, body: RawSpan, author: RawSpan, tags: RawSpan, createdUnixSeconds: UInt64
    ) throws(PostError) {
        guard !title.isEmpty else { throw .emptyTitle }
        guard title.byteCount <= Self.longestTitle else { throw .titleTooLong }
        guard body.byteCount <= Self.longestBody else { throw .bodyTooLong }
        self.title = title
        self.body = body
        self.author = author
        self.tags = tags
        self.createdUnixSeconds = createdUnixSeconds
    }
}
