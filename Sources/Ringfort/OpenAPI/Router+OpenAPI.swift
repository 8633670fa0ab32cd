import HTTPWire

extension Router {
    /// What the API is, in OpenAPI 3.1: paths, parameters, bodies, scopes, and the problems that a client may meet. JSON.
    ///
    /// A server of the same configuration serves it at `/openapi.json`. What handlers answer is not in it: a route says what
    /// it takes, not what it gives.
    /// - Throws: `ServerError`, where the configuration asks for something that no server of the API can do.
    public func openAPI(_ configuration: ServerConfiguration) throws(ServerError) -> String {
        OpenAPIDocument(try publishingIdentity(configuration).applying(configuration.routes), configuration).text
    }

    /// The API with its description as a route, where that is wanted and the path is free.
    func publishingOpenAPI(_ configuration: ServerConfiguration) -> Router {
        let path = "/openapi.json"
        guard configuration.publishesOpenAPI, !routes.contains(where: { $0.declaration.pattern == path }) else {
            return self
        }
        let text = OpenAPIDocument(self, configuration).text
        var published = self
        published.get(path) { _, response in
            response.mediaType = .json
            response.body.append(text)
        }
        return published
    }
}
