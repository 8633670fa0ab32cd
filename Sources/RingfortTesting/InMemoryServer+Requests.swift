public import HTTPWire

extension InMemoryServer {
    /// A GET request.
    ///
    /// - Throws: `TestFailure`, as all of these do.
    public func get(
        _ path: String, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> TestResponse {
        try await request(.get, path, token: token, headers: headers)
    }

    /// A POST request with a JSON body.
    public func post(
        _ path: String, json body: String, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> TestResponse {
        try await request(.post, path, json: body, token: token, headers: headers)
    }

    /// A PUT request with a JSON body.
    public func put(
        _ path: String, json body: String, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> TestResponse {
        try await request(.put, path, json: body, token: token, headers: headers)
    }

    /// A PATCH request with a JSON body.
    public func patch(
        _ path: String, json body: String, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> TestResponse {
        try await request(.patch, path, json: body, token: token, headers: headers)
    }

    /// A DELETE request.
    public func delete(
        _ path: String, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> TestResponse {
        try await request(.delete, path, token: token, headers: headers)
    }

    /// A request on a connection of its own.
    ///
    /// - Parameters:
    ///   - path: the target, with its query, as it is to be sent.
    ///   - body: a JSON body, sent as `application/json` unless `headers` has another `Content-Type`.
    ///   - token: what is sent as `Authorization: Bearer`.
    ///   - headers: what else is sent.
    public func request(
        _ method: HTTPWire.Method, _ path: String, json body: String? = nil, token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> TestResponse {
        var head = "\(method.name) \(path) HTTP/1.1\r\nHost: localhost\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        if let body {
            if !headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
                head += "Content-Type: application/json\r\n"
            }
            head += "Content-Length: \(body.utf8.count)\r\n"
        }
        let answers = try await exchange("\(head)\r\n\(body ?? "")", isHead: method == .head)
        guard let answer = answers.first, answers.count == 1 else {
            throw TestFailure.malformedAnswer("\(answers.count) answers to one request")
        }
        return answer
    }
}
