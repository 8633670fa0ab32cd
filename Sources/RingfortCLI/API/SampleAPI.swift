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
    /// The routes, over the posts of the store that `store` returns when a request asks for them.
    static func routes(_ store: @escaping @Sendable () -> PostStore) -> Router {
        let handlers = PostHandlers(posts: store)
        var api = Router(title: "Posts", version: CommandLineTool.version)
        api.get("/api/health") { _, response in response.text("API is healthy\n") }
        api.group("/api/posts", auth: .bearerOrAPIKey) { posts in
            posts.get("", query: PostHandlers.pageSchema, runs: .onWorker, handlers.list)
            posts.get("/:id", runs: .onWorker, handlers.show)
            let body = BodyPolicy.json(bytes: 256 * 1024, schema: PostSubmission.schema)
            posts.post("", scopes: .writePosts, body: body, runs: .onWorker, handlers.create)
            posts.put(
                "/:id", scopes: .writePosts, access: .owner(), body: body, runs: .onWorker, handlers.replace)
            posts.delete(
                "/:id", access: .owner(with: .writePosts, orAnyoneWith: .deletePosts), runs: .onWorker, handlers.delete)
        }
        api.group("/api/profile", auth: .bearerOrAPIKey) { profiles in
            profiles.get("", scopes: .readProfile) { request, response throws(Problem) in
                try profile(request, &response)
            }
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
}
