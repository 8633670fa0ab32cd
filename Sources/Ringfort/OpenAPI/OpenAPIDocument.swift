import HTTPWire
import Tokens

/// The description of an API in OpenAPI 3.1: what its routes take, whom they let in, and how they refuse.
struct OpenAPIDocument {
    private let title: String
    private let version: String
    private let routes: [Router.Route]
    private let configuration: ServerConfiguration
    private let identifiers: [String]

    init(_ router: Router, _ configuration: ServerConfiguration) {
        title = router.title
        version = router.version
        routes = router.routes
        self.configuration = configuration
        identifiers = Self.identifiers(router.routes)
    }

    /// The document, as JSON.
    var text: String {
        JSONFragment.object([
            "openapi": #""3.1.0""#,
            "info": JSONFragment.object([
                "title": JSONFragment.string(title), "version": JSONFragment.string(version),
            ]),
            "paths": paths,
            "components": JSONFragment.object([
                "schemas": schemas,
                "responses": OpenAPIResponse.components(withOAuth: routes.contains(where: \.speaksOAuth)),
                "headers": OpenAPIResponse.headerComponents, "securitySchemes": securitySchemes,
            ]),
        ])
    }

    private var paths: String {
        var order: [String] = []
        var operations: [String: [(name: String, value: String)]] = [:]
        for (index, route) in routes.enumerated() {
            let path = Self.template(route.declaration.pattern)
            if operations[path] == nil { order.append(path) }
            operations[path, default: []].append(
                (route.declaration.method.name.description.lowercased(), operation(route, identifiers[index])))
        }
        return JSONFragment.object(order.map { (name: $0, value: JSONFragment.object(operations[$0] ?? [])) })
    }

    private func operation(_ route: Router.Route, _ identifier: String) -> String {
        let parameters = Self.parameters(route)
        return JSONFragment.object([
            "operationId": JSONFragment.string(identifier),
            "parameters": parameters.isEmpty ? nil : JSONFragment.array(parameters),
            "requestBody": requestBody(route, identifier),
            "security": security(route),
            "responses": JSONFragment.object(responses(route)),
        ])
    }

    private func requestBody(_ route: Router.Route, _ identifier: String) -> String? {
        guard route.body != .none else { return nil }
        let schema = JSONFragment.object(["$ref": JSONFragment.string(Self.place(of: identifier))])
        let type = BodyPolicy.mediaType(isForm: route.body.isForm).description
        let content = JSONFragment.object([(name: type, value: JSONFragment.object(["schema": schema]))])
        return JSONFragment.object(["required": "true", "content": content])
    }

    /// The ways in: the scopes of each of them are needed together.
    private func security(_ route: Router.Route) -> String? {
        guard route.authentication != .none else { return nil }
        var ways = [route.scopes]
        if let access = route.access {
            ways = [route.scopes.union(access.ownerScopes)]
            if !access.anyoneScopes.isEmpty { ways.append(route.scopes.union(access.anyoneScopes)) }
        }
        if !route.anyScopes.isEmpty {
            ways = ways.flatMap { way in route.anyScopes.names.map { way.union(ScopeSet($0)) } }
        }
        let schemes = route.authentication == .bearerOrAPIKey ? ["bearer", "apiKey"] : ["bearer"]
        return JSONFragment.array(
            schemes.flatMap { scheme in
                ways.map { scopes in
                    JSONFragment.object([
                        (name: scheme, value: JSONFragment.array(scopes.names.sorted().map(JSONFragment.string)))
                    ])
                }
            })
    }

    private func responses(_ route: Router.Route) -> [(name: String, value: String)] {
        var problems: [OpenAPIResponse] = route.speaksOAuth ? [.refusedRequest, .refusedClient] : [.badRequest]
        if route.authentication != .none { problems += [.unauthorized, .forbidden] }
        if Self.segments(route.declaration.pattern).contains(where: Self.isParameter) { problems.append(.notFound) }
        if route.body != .none { problems += [.contentTooLarge, .unsupportedMediaType] }
        if isLimited(route) { problems.append(.tooManyRequests) }
        problems += [.serviceUnavailable, .other]
        let success = JSONFragment.object([
            "description": #""The request was answered.""#, "headers": OpenAPIResponse.commonHeaders,
        ])
        return [("2XX", success)] + problems.map { ($0.status, $0.reference) }
    }

    private func isLimited(_ route: Router.Route) -> Bool {
        // A key may have a limit of its own.
        if route.authentication == .bearerOrAPIKey { return true }
        return switch route.limit {
        case .perPrincipal, .perAddress: true
        case .none: configuration.addressRate != nil
        case .configured:
            configuration.addressRate != nil || (route.authentication != .none && configuration.principalRate != nil)
        }
    }

    private var schemas: String {
        var schemas: [(name: String, value: String)] = [("Problem", OpenAPIResponse.problemSchema)]
        for (route, identifier) in zip(routes, identifiers) {
            guard let schema = route.body.content?.schema else { continue }
            schemas.append(
                (Self.schemaName(identifier), PublishedSchema(schema).text(at: Self.place(of: identifier))))
        }
        return JSONFragment.object(schemas)
    }

    private var securitySchemes: String? {
        guard routes.contains(where: { $0.authentication != .none }) else { return nil }
        let takesAPIKeys = routes.contains { $0.authentication == .bearerOrAPIKey }
        return JSONFragment.object([
            "bearer": #"{"type":"http","scheme":"bearer","bearerFormat":"JWT or PASETO"}"#,
            "apiKey": takesAPIKeys ? #"{"type":"apiKey","in":"header","name":"X-API-Key"}"# : nil,
        ])
    }

    // MARK: Names

    private static func schemaName(_ identifier: String) -> String { "\(identifier)Body" }
    private static func place(of identifier: String) -> String { "#/components/schemas/\(schemaName(identifier))" }

    /// `/posts/:id` as `/posts/{id}`.
    private static func template(_ pattern: String) -> String {
        segments(pattern).map { isParameter($0) ? "{\($0.dropFirst())}" : String($0) }.joined(separator: "/")
    }

    private static func segments(_ pattern: String) -> [Substring] {
        pattern.split(separator: "/", omittingEmptySubsequences: false)
    }

    private static func isParameter(_ segment: Substring) -> Bool { segment.utf8.first == 0x3A }

    /// What a segment of a canonical path can be.
    private static let segmentSchema =
        #"{"type":"string","pattern":"^[^\\u0000-\\u001f\\u007f/\\\\]+$","not":{"enum":[".",".."]}}"#

    private static func parameters(_ route: Router.Route) -> [String] {
        let described = route.parameters.map { PublishedSchema($0).parameters } ?? []
        let path = segments(route.declaration.pattern).filter(isParameter).map { segment in
            let name = String(segment.dropFirst())
            let schema = described.first { $0.name == name }?.schema ?? segmentSchema
            return parameter(name, in: "path", schema, isRequired: true)
        }
        let query = route.query.map { PublishedSchema($0).parameters } ?? []
        return path + query.map { parameter($0.name, in: "query", $0.schema, isRequired: $0.isRequired) }
    }

    private static func parameter(_ name: String, in place: String, _ schema: String, isRequired: Bool) -> String {
        JSONFragment.object([
            "name": JSONFragment.string(name), "in": JSONFragment.string(place),
            "required": isRequired ? "true" : nil, "schema": schema,
        ])
    }

    /// A name for each route, such as `deletePostsById`; where two would be the same, the later has a number.
    private static func identifiers(_ routes: [Router.Route]) -> [String] {
        var used: Set<String> = []
        return routes.map { route in
            let words = segments(route.declaration.pattern).map { segment in
                let letters = segment.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
                let word = letters.prefix(1).uppercased() + letters.dropFirst()
                return isParameter(segment) ? "By\(word)" : word
            }
            let name = route.declaration.method.name.description.lowercased() + words.joined()
            var identifier = name
            var number = 1
            while !used.insert(identifier).inserted {
                number += 1
                identifier = "\(name)\(number)"
            }
            return identifier
        }
    }
}
