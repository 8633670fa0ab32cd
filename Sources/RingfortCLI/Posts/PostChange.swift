import SQLite

/// A change to the posts, with all that it needs.
enum PostChange: Sendable {
    case create(PostDraft, PostAuthor, unixSeconds: Int64)
    /// Replaces the texts of a post, if it still has this version.
    case replace(id: Int64, version: Int64, PostDraft, unixSeconds: Int64)
    /// Removes a post, if it still has this version.
    case delete(id: Int64, version: Int64)
}

/// Why a post can't be had or kept.
enum PostError: Error, Equatable {
    /// As many changes wait as may, or the store is being closed.
    case overloaded
    case database(SQLiteError)
}
