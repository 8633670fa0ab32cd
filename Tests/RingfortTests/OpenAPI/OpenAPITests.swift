import Foundation
import Testing

@testable import Ringfort

@Suite("The description of an API")
struct OpenAPITests {
    private typealias Object = [String: Any]

    private static func document(
        _ api: Router, configure: (inout ServerConfiguration) -> Void = { _ in }
    ) throws -> Object {
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: Keyring())
        configure(&configuration)
        let text = try api.openAPI(configuration)
        return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
    }

    private static func operation(_ document: Object, _ path: String, _ method: String = "get") throws -> Object {
        let paths = try #require(document["paths"] as? [String: Object])
        return try #require(paths[path]?[method] as? Object)
    }

    @Test("names its title and version, its paths and their parameters")
    func parameters() throws {
        var api = Router(title: "Things \"of all kinds\"", version: "2.1")
        let page = SchemaDefinition.object(
            ["after": .string(pattern: "^[0-9]+$"), "limit": .string()], required: ["after"])
        api.get("/boxes/:box/things/:id", query: page, parameters: .object(["id": .string(maxLength: 4)])) { _, _ in }
        let document = try Self.document(api)
        #expect((document["info"] as? [String: String]) == ["title": "Things \"of all kinds\"", "version": "2.1"])
        let operation = try Self.operation(document, "/boxes/{box}/things/{id}")
        #expect(operation["operationId"] as? String == "getBoxesByBoxThingsById")
        let parameters = try #require(operation["parameters"] as? [Object])
        #expect(parameters.map { $0["name"] as? String } == ["box", "id", "after", "limit"])
        #expect(parameters.map { $0["in"] as? String } == ["path", "path", "query", "query"])
        #expect(parameters.map { $0["required"] as? Bool } == [true, true, true, nil])
        #expect((parameters[1]["schema"] as? Object)?["maxLength"] as? Int == 4)
        #expect((parameters[2]["schema"] as? Object)?["pattern"] as? String == "^[0-9]+$")
    }

    @Test("names API keys as a second way in, where a route takes them")
    func apiKeys() throws {
        var api = Router()
        api.group("/keys", auth: .bearerOrAPIKey) { $0.get("", scopes: .readThings) { _, _ in } }
        api.get("/token", scopes: .readThings) { _, _ in }
        let document = try Self.document(api)
        let ways = try Self.operation(document, "/keys")["security"] as? [[String: [String]]]
        #expect(ways == [["bearer": ["read:things"]], ["apiKey": ["read:things"]]])
        let token = try Self.operation(document, "/token")["security"] as? [[String: [String]]]
        #expect(token == [["bearer": ["read:things"]]])
        let schemes = try #require(
            (document["components"] as? Object)?["securitySchemes"] as? [String: [String: String]])
        #expect(schemes["apiKey"] == ["type": "apiKey", "in": "header", "name": "X-API-Key"])
    }

    @Test("gives each route a name of its own")
    func identifiers() throws {
        var api = Router()
        for pattern in ["/a-b", "/ab", "/ab2", "/:ab", "/"] { api.get(pattern) { _, _ in } }
        let document = try Self.document(api)
        let names = try ["/a-b", "/ab", "/ab2", "/{ab}", "/"].map {
            try Self.operation(document, $0)["operationId"] as? String
        }
        #expect(names == ["getAb", "getAb2", "getAb22", "getByAb", "get"])
    }

    @Test("says which scopes let in, and that open routes ask for none")
    func security() throws {
        var api = Router()
        api.get("/open") { _, _ in }
        api.get("/read", scopes: [.readThings, .deleteThings]) { _, _ in }
        api.delete("/own/:id", access: .owner(with: .readThings, orAnyoneWith: .deleteThings)) { _, _ in }
        let document = try Self.document(api)
        #expect(try Self.operation(document, "/open")["security"] == nil)
        let read = try Self.operation(document, "/read")
        #expect(read["security"] as? [[String: [String]]] == [["bearer": ["delete:things", "read:things"]]])
        let own = try Self.operation(document, "/own/{id}", "delete")
        #expect(
            own["security"] as? [[String: [String]]] == [["bearer": ["read:things"]], ["bearer": ["delete:things"]]])
        let schemes = try #require((document["components"] as? Object)?["securitySchemes"] as? [String: Object])
        #expect(schemes["bearer"]?["scheme"] as? String == "bearer")
        #expect(try Self.document(Router())["components"] as? Object != nil)
    }

    @Test("is of the routes as the configuration has them")
    func configured() throws {
        var api = Router()
        api.get("/read", scopes: .readThings) { _, _ in }
        var setting = RouteSetting("GET /read")
        setting.anyScopes = [ScopeSet("write:things"), .deleteThings]
        let document = try Self.document(api) { $0.routes = [setting] }
        let ways = try Self.operation(document, "/read")["security"] as? [[String: [String]]]
        #expect(
            Set(ways ?? [])
                == [["bearer": ["read:things", "write:things"]], ["bearer": ["delete:things", "read:things"]]])
        setting.name = "GET /nowhere"
        #expect(throws: ServerError.self) { _ = try Self.document(api) { $0.routes = [setting] } }
    }

    @Test(
        "names the problems that a route can have",
        arguments: [
            ("/open", "get", ["400", "429", "503"]), ("/token", "get", ["400", "401", "403", "429", "503"]),
            ("/thing/{id}", "post", ["400", "404", "413", "415", "429", "503"]),
            ("/things:batch", "get", ["400", "429", "503"]),
        ])
    func problems(path: String, method: String, expected: [String]) throws {
        var api = Router()
        api.get("/open") { _, _ in }
        api.group("", auth: .bearer) { $0.get("/token") { _, _ in } }
        api.post("/thing/:id") { _, _ in }
        api.get("/things:batch") { _, _ in }
        let responses = try Self.operation(Self.document(api), path, method)["responses"] as? [String: Object]
        #expect(try #require(responses).keys.sorted() == (["2XX"] + expected + ["default"]).sorted())
    }

    @Test("promises no 429 where nothing is limited")
    func unlimited() throws {
        var api = Router()
        api.get("/open") { _, _ in }
        api.group("/rare", limit: .perAddress(rate: 1, burst: 1)) { $0.get("") { _, _ in } }
        let document = try Self.document(api) { $0.addressRate = nil }
        #expect((try Self.operation(document, "/open")["responses"] as? Object)?["429"] == nil)
        #expect((try Self.operation(document, "/rare")["responses"] as? Object)?["429"] != nil)
    }

    @Test("has bodies' schemas, whose references are followed where they stand now")
    func bodies() throws {
        var api = Router()
        let text = ##"""
            {"$defs": {"a/b": {"type": "string"}}, "properties": {
                "own": {"$ref": "#/$defs/a~1b"}, "whole": {"$ref": "#"}, "other": {"$ref": "other.json"}}}
            """##
        api.post("/things", body: .json(schema: .json(text))) { _, _ in }
        let document = try Self.document(api)
        let body = try #require(try Self.operation(document, "/things", "post")["requestBody"] as? Object)
        let content = try #require(body["content"] as? [String: [String: Object]])
        #expect(
            content["application/json"]?["schema"] as? [String: String]
                == ["$ref": "#/components/schemas/postThingsBody"])
        let schemas = try #require((document["components"] as? Object)?["schemas"] as? [String: Object])
        let properties = try #require(schemas["postThingsBody"]?["properties"] as? Object)
        #expect(
            properties["own"] as? [String: String] == ["$ref": "#/components/schemas/postThingsBody/$defs/a~1b"])
        #expect(properties["whole"] as? [String: String] == ["$ref": "#/components/schemas/postThingsBody"])
        #expect((properties["other"] as? Object)?.isEmpty == true)
    }

    @Test("has all else of a schema as it is: what stands beside a reference, and what is data, not a schema")
    func besideReferences() throws {
        var api = Router()
        let text = ##"""
            {"$id": "https://a.example/thing", "$defs": {"text": {"$id": "text", "not": {"$ref": "#"}}}, "properties": {
                "own": {"maxLength": 4, "$ref": "#/$defs/text"}, "other": {"$ref": "#name", "minLength": 2},
                "data": {"const": {"$ref": "#/a", "$id": "b"}, "enum": [{"$ref": "c"}], "default": {"$id": "d"},
                         "examples": [{"$ref": "#/e"}]},
                "const": {"$ref": "#"}, "$id": {"type": "integer"}, "$ref": {"enum": [{"$ref": "f"}]}}}
            """##
        let place = "#/components/schemas/postThingsBody"
        api.post("/things", body: .json(schema: .json(text))) { _, _ in }
        let schemas = try #require((try Self.document(api)["components"] as? Object)?["schemas"] as? [String: Object])
        let expected = ##"""
            {"$defs": {"text": {"not": {}}}, "properties": {
                "own": {"maxLength": 4, "$ref": "\##(place)/$defs/text"}, "other": {"minLength": 2},
                "data": {"const": {"$ref": "#/a", "$id": "b"}, "enum": [{"$ref": "c"}], "default": {"$id": "d"},
                         "examples": [{"$ref": "#/e"}]},
                "const": {"$ref": "\##(place)"}, "$id": {"type": "integer"}, "$ref": {"enum": [{"$ref": "f"}]}}}
            """##
        let wanted = try #require(JSONSerialization.jsonObject(with: Data(expected.utf8)) as? NSDictionary)
        #expect(wanted.isEqual(schemas["postThingsBody"]))
    }

    @Test("is served to everybody, unless it is turned off")
    func served() throws {
        let server = try TestServer()
        let answer = try server.get("/openapi.json")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.body.hasPrefix(#"{"openapi":"3.1.0","#))
        let line = try #require(try server.finish().first { $0["event"] as? String == "request" })
        #expect(line["route"] as? String == "/openapi.json")

        let silent = try TestServer { $0.publishesOpenAPI = false }
        #expect(try silent.get("/openapi.json").status == 404)
        _ = try silent.finish()
    }

    @Test("leaves its path to an API that has it")
    func taken() throws {
        var api = Router()
        api.get("/openapi.json") { _, response in response.text("mine") }
        let server = try TestServer(api)
        #expect(try server.get("/openapi.json").body == "mine")
        _ = try server.finish()
    }
}
