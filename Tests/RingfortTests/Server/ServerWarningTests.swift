import TestSupport
import Testing

@testable import Ringfort

@Suite("Checking an API and a configuration")
struct ServerWarningTests {
    /// A configuration of which there is nothing to say.
    private static func configuration(
        _ change: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws -> ServerConfiguration {
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
        configuration.issuer = "https://id.example"
        configuration.audience = "posts"
        configuration.principalRate = configuration.addressRate
        configuration.connections = 10
        configuration.limiterCapacity = 1_024
        try change(&configuration)
        return configuration
    }

    private static func kinds(_ configuration: ServerConfiguration) -> [ServerWarning.Kind] {
        configuration.warnings(descriptorLimit: 1_024).map(\.kind)
    }

    @Test("finds nothing in what is safe")
    func nothing() throws {
        var api = Router()
        let post = SchemaDefinition.object(["title": .string()])
        api.post("/posts", scopes: .readThings, body: .json(bytes: 10, schema: post)) { _, _ in }
        #expect(try Server.check(api, Self.configuration()) == [])
    }

    @Test("refuses what a server would refuse")
    func refuses() throws {
        var api = Router()
        api.get("/:a/:a") { _, _ in }
        #expect(throws: ServerError.self) { try Server.check(api, Self.configuration()) }
        #expect(throws: ServerError.self) { try Server.check(Router(), Self.configuration { $0.workers = 0 }) }
    }

    private static let changes: [(ServerWarning.Kind, @Sendable (inout ServerConfiguration) throws -> Void)] = [
        (.plainHTTP, { $0.address = try #require(ListenAddress("0.0.0.0:80")) }),
        (.plainHTTP, { $0.address = try #require(ListenAddress("[::]:80")) }),
        (.plainHTTP, { $0.listeners = [try #require(Listener("http://0.0.0.0:80"))] }),
        (.anyProxy, { $0.trustedProxies.ranges = [try #require(AddressRange("0.0.0.0/0"))] }),
        (.noLimit, { $0.verificationTime = nil }), (.noIssuer, { $0.issuer = nil }),
        (.noAudience, { $0.audience = nil }),
        (.wideClockSkew, { $0.clockSkewSeconds = 31 }), (.noLimit, { $0.addressRate = nil }),
        (.noLimit, { $0.principalRate = nil }), (.noLimit, { $0.failedAuthenticationRate = nil }),
        (.limitAboveAddress, { $0.principalRate = try CellRate(tokensPerSecond: 21, burst: 41) }),
        (.unreachableLimit, { $0.failedAuthenticationRate = try CellRate(tokensPerSecond: 21, burst: 41) }),
        (.unreachableLimit, { $0.limits = try HTTPLimits(headBytes: 8_192, headerBytes: 8_193) }),
        (.unreachableLimit, { $0.limits = try HTTPLimits(headBytes: 8_192, targetBytes: 8_193) }),
        (.fewDescriptors, { $0.connections = 1_000 }),
    ]

    @Test("warns of a configuration that is legal but unsafe", arguments: changes.indices)
    func warns(index: Int) throws {
        let (kind, change) = Self.changes[index]
        #expect(Self.kinds(try Self.configuration(change)) == [kind])
    }

    @Test("does not warn at the edge", arguments: [40, 41] as [UInt32])
    func edge(burst: UInt32) throws {
        let configuration = try Self.configuration {
            $0.principalRate = try CellRate(tokensPerSecond: 61 - burst, burst: burst)
            $0.clockSkewSeconds = 30
            $0.connections = 1_024 - 32 - 8
        }
        #expect(Self.kinds(configuration) == [])
    }

    @Test("warns of secrets that others may have, where no issuer is asked for")
    func sharedSecret() throws {
        let secret = try SymmetricSecret(Array(repeating: 7, count: 32).span.raw)
        let id = try KeyID("shared")
        let keyring = try Keyring(verification: [.hs256(secret, id: id)])
        var configuration = try Self.configuration { $0.keyring = keyring }
        #expect(Self.kinds(configuration) == [])
        configuration.issuer = nil
        #expect(Self.kinds(configuration) == [.noIssuer, .sharedSecret])
        let warning = try #require(configuration.warnings(descriptorLimit: 1_024).last)
        #expect(warning.description.contains("shared (HS256)"))
    }

    @Test("warns of routes that any token opens, by their names")
    func noScopes() throws {
        var api = Router()
        api.group("/a", auth: .bearer) { group in
            group.get("") { _, _ in }
            group.delete("/:id") { _, _ in }
            group.get("/b", scopes: .readThings) { _, _ in }
            group.delete("/d/:id", access: .owner(with: .readThings)) { _, _ in }
            group.delete("/e/:id", access: .owner()) { _, _ in }
        }
        api.get("/c") { _, _ in }
        let warnings = try Server.check(api, Self.configuration())
        #expect(warnings.map(\.kind) == [.noScopes])
        #expect(warnings.first?.description.contains(" GET /a, DELETE /a/:id, DELETE /a/e/:id: ") == true)
    }

    @Test(
        "warns of schemas that take members without a name",
        arguments: [
            (#"{"type":"object"}"#, [""]), (#"{"type":["null","object"]}"#, [""]), (#"{"properties":{}}"#, [""]),
            (#"{"type":"object","additionalProperties":false}"#, []),
            (#"{"type":"object","additionalProperties":{"type":"string"}}"#, []),
            (#"{"properties":{"a":{}},"unevaluatedProperties":false}"#, []),
            (
                #"{"additionalProperties":false,"properties":{"a":{"properties":{}},"b":{"items":{"type":"object"}}}}"#,
                ["/properties/a", "/properties/b/items"]
            ),
            // A member of the document may well be called so.
            (#"{"additionalProperties":false,"properties":{"properties":{"type":"string"}}}"#, []),
            (#"{"type":"string"}"#, []), (#"{"allOf":[{"properties":{}}]}"#, []), ("true", [""]), ("5", []), ("{", []),
        ]
    )
    func openSchemas(json: String, pointers: [String]) {
        let definition = json == "true" ? SchemaDefinition.anything : .json(json)
        #expect(definition.openObjects == pointers)
    }

    @Test("warns of open schemas in a body, a query and a path, and of a body that is never taken whole")
    func routes() throws {
        var api = Router()
        let open = SchemaDefinition.json(#"{"type":"object"}"#)
        api.post("/:a", body: .json(bytes: 2_000_000, schema: open), query: open, parameters: open) { _, _ in }
        let warnings = try Server.check(api, Self.configuration())
        #expect(warnings.map(\.kind) == [.openSchema, .openSchema, .openSchema, .unreachableLimit])
        #expect(warnings.allSatisfy { $0.description.hasPrefix("POST /:a") })
    }
}
