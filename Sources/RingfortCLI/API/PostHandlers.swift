import Bytes
import Ringfort
import SQLite

/// What answers requests for posts. All of it waits for the store: it runs on workers.
struct PostHandlers: Sendable {
    let posts: @Sendable () -> PostStore
    private var store: PostStore { posts() }

    /// What a page of the list is asked for with: the id that it comes after, and how many posts.
    static let pageSchema = SchemaDefinition.object([
        "after": .string(pattern: "^[1-9][0-9]{0,17}$"), "limit": .string(pattern: "^([1-9][0-9]?|100)$"),
    ])

    private static let defaultLimit: Int64 = 20
    /// What one client that doesn't read may keep in memory, but for the post that exceeds it.
    private static let mostListBytes = 256 * 1024

    func list(_ request: borrowing Request, _ response: inout ResponseWriter) throws(Problem) {
        let after = Self.number(request.queryParameter("after"))
        let limit = Self.number(request.queryParameter("limit")) ?? Self.defaultLimit
        response.mediaType = .json
        let last = try Self.with { () throws(PostError) in
            try store.writeList(
                after: after, limit: limit, mostBytes: Self.mostListBytes, into: &response.body)
        }
        guard let last else { return }
        response.headers.append(.link) { link in
            link.append("</api/posts?after=")
            link.append(decimal: last)
            link.append("&limit=")
            link.append(decimal: limit)
            link.append(">; rel=\"next\"")
        }
    }

    func show(_ request: borrowing Request, _ response: inout ResponseWriter) throws(Problem) {
        let id = try Self.id(request)
        response.mediaType = .json
        let version = try Self.with { () throws(PostError) in try store.write(id, into: &response.body) }
        guard let version else { throw .notFound }
        let tag = EntityTag(version: version)
        response.append(tag)
        if try request.isNotModified(tag) { response.notModified() }
    }

    func create(_ request: borrowing Request, _ response: inout ResponseWriter) throws(Problem) {
        let draft = try PostSubmission.read(request)
        let author = PostAuthor(
            subject: [UInt8](request.principal.subject), issuer: [UInt8](request.principal.issuer))
        // Whose post it would be, nobody could say later.
        guard !author.subject.isEmpty else { throw .forbidden(reason: "token_without_subject") }
        let now = UnixTime.now()
        let id = try Self.with { () throws(PostError) in try store.create(draft, by: author, unixSeconds: now) }
        response.status = .created
        response.headers.append(.location) { location in
            location.append("/api/posts/")
            location.append(decimal: id)
        }
        let head = PostHead(id: id, version: 1, author: author, createdUnixSeconds: now)
        Self.write(head, draft, updatedUnixSeconds: now, &response)
    }

    func replace(_ request: borrowing Request, _ response: inout ResponseWriter) throws(Problem) {
        let draft = try PostSubmission.read(request)
        let now = UnixTime.now()
        let head = try change(request) { head throws(PostError) in
            try store.replace(head, with: draft, unixSeconds: now)
        }
        let changed = PostHead(
            id: head.id, version: head.version + 1, author: head.author, createdUnixSeconds: head.createdUnixSeconds)
        Self.write(changed, draft, updatedUnixSeconds: now, &response)
    }

    func delete(_ request: borrowing Request, _ response: inout ResponseWriter) throws(Problem) {
        _ = try change(request) { head throws(PostError) in try store.delete(head) }
        response.text("Post deleted by user \(request.principal.subject)\n")
    }

    /// Changes the post that the path names, for whom may change it, in the state that the client wants to change.
    ///
    /// `make` changes exactly the version that was judged, and is false when there is another one meanwhile: that one is
    /// judged anew. So a condition holds at the moment of the change, and somebody else's change is needed for each round.
    private func change(
        _ request: borrowing Request, _ make: (PostHead) throws(PostError) -> Bool
    ) throws(Problem) -> PostHead {
        let id = try Self.id(request)
        while true {
            guard let head = try Self.with({ () throws(PostError) in try store.head(of: id) }) else { throw .notFound }
            try request.authorize(
                ownerSubject: head.author.subject.span.raw, ownerIssuer: head.author.issuer.span.raw)
            try request.requireMatch(EntityTag(version: head.version))
            if try Self.with({ () throws(PostError) in try make(head) }) { return head }
        }
    }

    /// Answers with a post that was just kept.
    private static func write(
        _ head: PostHead, _ draft: PostDraft, updatedUnixSeconds: Int64, _ response: inout ResponseWriter
    ) {
        response.append(EntityTag(version: head.version))
        response.mediaType = .json
        PostObject(
            id: head.id, title: draft.title.span.raw, body: draft.body.span.raw, tags: draft.tags.span.raw,
            authorSubject: head.author.subject.span.raw, authorIssuer: head.author.issuer.span.raw,
            createdUnixSeconds: head.createdUnixSeconds, updatedUnixSeconds: updatedUnixSeconds
        ).write(into: &response.body)
    }

    private static func id(_ request: borrowing Request) throws(Problem) -> Int64 {
        guard let id = PostID.parse(request.parameters.id) else { throw .notFound }
        return id
    }

    /// The number that a parameter is; its schema has seen that it is one.
    private static func number(_ text: consuming ByteBuffer?) -> Int64? {
        guard let text else { return nil }
        return PostID.parse(text.bytes)
    }

    /// Calls the store; what is wrong with it is the server's fault, not the client's.
    private static func with<Value>(_ body: () throws(PostError) -> Value) throws(Problem) -> Value {
        do throws(PostError) {
            return try body()
        } catch {
            throw Problem(error)
        }
    }
}

extension HeaderName {
    fileprivate static let location = HeaderName("Location")
    fileprivate static let link = HeaderName("Link")
}

extension Problem {
    /// What a client is told of a post that can't be had or kept. The log is told SQLite's reason.
    fileprivate init(_ error: PostError) {
        guard case .database(let error) = error else {
            self = Self.unavailable(afterSeconds: 1, reason: "store_overloaded", LogDetail())
            return
        }
        let detail = LogDetail("\(error)")
        switch error.condition {
        case .busy: self = Self.unavailable(afterSeconds: 1, reason: "store_busy", detail)
        case .full: self = Self.unavailable(afterSeconds: 60, reason: "store_full", detail)
        case .fault: self = .internalFault(reason: "store_failed", detail: detail)
        }
    }

    private static func unavailable(
        afterSeconds seconds: UInt32, reason: StaticString, _ detail: LogDetail
    ) -> Problem {
        Problem(
            status: .serviceUnavailable, advice: .retry(afterSeconds: seconds), reason: reason, detail: detail)
    }
}
