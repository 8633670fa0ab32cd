import Bytes
import JSON
import Ringfort

extension ScopeSet {
    static let readProfile = ScopeSet("read:profile")
    static let writePosts = ScopeSet("write:posts")
    static let deletePosts = ScopeSet("delete:posts")
}

/// The API that `ringfort serve` answers: health for everybody, posts to read with a token and to change with a scope.
enum SampleAPI {
    /// The routes, over posts that are kept in `store`.
    static func routes(_ store: any PostStore) -> Router {
        var api = Router()
        api.get("/api/health") { _, response in response.text("API is healthy\n") }
        api.group("/api/posts", auth: .bearer) { posts in
            posts.get("") { request, response throws(Problem) in try list(store, request, &response) }
            posts.get("/:id") { request, response throws(Problem) in try show(store, request, &response) }
            posts.post("", scopes: .writePosts, body: .json(bytes: 256 * 1024, schema: PostSubmission.schema)) {
                request, response throws(Problem) in try create(store, request, &response)
            }
            posts.delete("/:id", scopes: .deletePosts) { request, response throws(Problem) in
                try delete(store, request, &response)
            }
        }
        api.get("/api/profile", scopes: .readProfile) { request, response throws(Problem) in
            try profile(request, &response)
        }
        return api
    }

    private static func profile(_ request: borrowing Request, _ response: inout ResponseWriter) throws(Problem) {
        response.mediaType = .json
        var object = JSONObjectWriter(into: &response.body)
        object.append("subject", string: request.principal.subject, into: &response.body)
        if !request.principal.issuer.isEmpty {
            object.append("issuer", string: request.principal.issuer, into: &response.body)
        }
        object.finish(into: &response.body)
        response.body.append("\n")
    }

    private static func list(
        _ store: any PostStore, _ request: borrowing Request, _ response: inout ResponseWriter
    ) throws(Problem) {
        response.mediaType = .json
        try with { () throws(PostError) in
            try store.writeList(
                before: nil, limit: longestList, mostBytes: mostListBytes, into: &response.body)
        }
    }

    private static func show(
        _ store: any PostStore, _ request: borrowing Request, _ response: inout ResponseWriter
    ) throws(Problem) {
        guard let id = PostID.parse(request.parameters.id) else { throw .notFound }
        response.mediaType = .json
        guard try with({ () throws(PostError) in try store.write(id, into: &response.body) }) else { throw .notFound }
    }

    private static func create(
        _ store: any PostStore, _ request: borrowing Request, _ response: inout ResponseWriter
    ) throws(Problem) {
        guard let document = request.json else { throw .internalFault(reason: "no_document") }
        let id = try PostSubmission.read(document, author: request.principal.subject) {
            draft throws(PostError) in try store.create(draft)
        }
        response.status = .created
        response.headers.append(.location) { location in
            location.append("/api/posts/")
            location.append(decimal: id)
        }
        response.mediaType = .json
        guard try with({ () throws(PostError) in try store.write(id, into: &response.body) }) else { throw .notFound }
    }

    private static func delete(
        _ store: any PostStore, _ request: borrowing Request, _ response: inout ResponseWriter
    ) throws(Problem) {
        guard let id = PostID.parse(request.parameters.id),
            try with({ () throws(PostError) in try store.delete(id) })
        else { throw .notFound }
        response.text("Post deleted by user \(request.principal.subject)\n")
    }

    /// Calls the store; what is wrong with it is the server's fault, not the client's.
    static func with<Result>(_ body: () throws(PostError) -> Result) throws(Problem) -> Result {
        do throws(PostError) {
            return try body()
        } catch {
            throw Problem(error)
        }
    }

    private static let longestList = 100
    /// What one client that doesn't read may keep in memory, but for the post that exceeds it.
    private static let mostListBytes = 256 * 1024
}

extension HeaderName {
    fileprivate static let location = HeaderName("Location")
}

extension Problem {
    /// What a client is told of a post that can't be had or kept.
    init(_ error: PostError) {
        switch error {
        case .emptyTitle: self = .badRequest(reason: "empty_title", explanation: "The title is empty.")
        case .titleTooLong:
            self = .badRequest(reason: "title_too_long", explanation: "The title has more than 480 bytes.")
        case .bodyTooLong:
            self = .badRequest(reason: "body_too_long", explanation: "The body has more than 80,000 bytes.")
        case .full: self = .storeFull
        }
    }

    private static let storeFull = Problem(
        status: .serviceUnavailable, advice: .retry(afterSeconds: 60), reason: "store_full")
}
