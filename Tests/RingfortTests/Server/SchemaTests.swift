import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A route's schemas")
struct SchemaTests {
    private static let api: Router = {
        var api = Router()
        api.get(
            "/things/:id/parts/:part",
            query: .object(["page": .string(pattern: "^[0-9]{1,3}$"), "q": .string(maxLength: 5)]),
            parameters: .object(["id": .string(pattern: "^[1-9][0-9]*$"), "part": .string(maxLength: 3)])
        ) { request, response in response.text("\(request.parameters.id) \(request.parameters.part)\n") }
        api.post("/sum", body: .json(schema: .array(of: .integer(0...100), maxItems: 3))) { request, response in
            var sum: Int64 = 0
            if let document = request.json {
                var elements = document.elements
                while let element = elements.next() { sum += element.asInteger ?? 0 }
            }
            response.text("\(sum)\n")
        }
        api.post("/slow-sum", body: .json(schema: .array(of: .integer(0...100), maxItems: 3)), runs: .onWorker) {
            request, response in response.text("\(request.json?.count ?? 0)\n")
        }
        return api
    }()

    @Test(
        "let through what keeps to them",
        arguments: [
            ("/things/7/parts/abc", "7 abc\n"), ("/things/1/parts/a?page=12&q=%C3%A9+x", "1 a\n"),
            ("/things/1/parts/a?", "1 a\n"),
        ]
    )
    func valid(target: String, body: String) throws {
        let server = try TestServer(Self.api)
        let answer = try server.get(target)
        #expect(answer.status == 200)
        #expect(answer.body == body)
        _ = try server.finish()
    }

    @Test(
        "refuse what breaks them, in the path and in the query",
        arguments: [
            ("/things/0/parts/a", "/id", "pattern"), ("/things/1/parts/abcd", "/part", "maxLength"),
            ("/things/1/parts/a?page=x", "/page", "pattern"), ("/things/1/parts/a?q=abcdef", "/q", "maxLength"),
            ("/things/1/parts/a?other=1", "/other", "additionalProperties"),
        ]
    )
    func invalid(target: String, pointer: String, keyword: String) throws {
        let server = try TestServer(Self.api)
        let answer = try server.get(target)
        #expect(answer.status == 400)
        let errors = try #require(try answer.problem()["errors"] as? [[String: Any]])
        #expect(errors.first?["pointer"] as? String == pointer)
        #expect(errors.first?["keyword"] as? String == keyword)
        let line = try #require(try server.finish().first { $0["status"] as? Int == 400 })
        #expect(line["reason"] as? String == "schema_violation")
    }

    @Test("say what is wrong in at most sixteen places, and never with a value")
    func bounded() throws {
        let server = try TestServer(Self.api)
        let secret = "hunter2-hunter2"
        let body = "[\(Array(repeating: "\"\(secret)\"", count: 40).joined(separator: ","))]"
        let answer = try server.ask(
            "POST /sum HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                + body)
        #expect(answer.status == 400)
        #expect((try answer.problem()["errors"] as? [[String: Any]])?.count == 16)
        #expect(!answer.body.contains(secret))
        let lines = try server.finish()
        #expect(!"\(lines)".contains(secret))
    }

    @Test("refuse a query's parameter that is given twice")
    func ambiguousQuery() throws {
        let server = try TestServer(Self.api)
        #expect(try server.get("/things/1/parts/a?page=1&page=2").status == 400)
        _ = try server.finish()
    }

    @Test("hold a body for a handler on the shard and for one on a worker", arguments: ["/sum", "/slow-sum"])
    func bodies(path: String) throws {
        let server = try TestServer(Self.api)
        func post(_ body: String) throws -> Answer {
            try server.ask(
                "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    + body)
        }
        #expect(try post("[1,2,0]").body == "3\n")
        for body in ["[1,2,3,4]", "[101]", "[\"1\"]", "{}", "[1.5]"] {
            let answer = try post(body)
            #expect(answer.status == 400, "\(body)")
            #expect(try answer.problem()["errors"] is [[String: Any]])
        }
        #expect(try post("[1,").status == 400)
        _ = try server.finish()
    }

    @Test("that are wrong keep the server from being made, with route and place")
    func wrongSchema() throws {
        var api = Router()
        api.post("/x", body: .json(schema: .json(#"{"properties":{"a":{"pattern":"(?=x)"}}}"#))) { _, _ in }
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let configuration = try ServerConfiguration(address: address, keyring: Keyring())
        #expect {
            _ = try Server(api, configuration)
        } throws: { error in
            "\(error)".contains("'/x'") && "\(error)".contains("/properties/a/pattern")
        }
    }

    @Test(
        "see a query as the form decoder does",
        arguments: [
            ("", "{}"), ("a=1&b=x+y", #"{"a":"1","b":"x y"}"#), ("a", #"{"a":""}"#),
            ("a=%zz&&=1", #"{"a":"%zz","":"1"}"#),
            ("a=%E4", "{\"a\":\"\u{FFFD}\"}"), ("%61=%22", #"{"a":"\""}"#),
        ]
    )
    func queries(query: String, object: String) {
        var text = ByteBuffer(capacity: 64)
        var scratch = ByteBuffer(capacity: 64)
        query.utf8.span.raw.writeQueryObject(into: &text, scratch: &scratch)
        #expect(String(text.bytes) == object)
    }

    @Test("may refer to the documents of a directory, and to nothing outside it")
    func directory() throws {
        let path = NSTemporaryDirectory() + "ringfort-schemas-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(#"{"type":"integer"}"#.utf8).write(to: URL(filePath: "\(path)/count.json"))
        let resolver = try SchemaResolver(directory: path)
        let schema = try Schema(compiling: #"{"$ref":"count.json"}"#.utf8.span.raw, resolver: resolver)
        var tape = JSONTape()
        var validator = SchemaValidator()
        #expect(try validator.validate(tape.parse("7".utf8.span.raw), against: schema) == .valid)
        #expect(try validator.validate(tape.parse("\"7\"".utf8.span.raw), against: schema) == .invalid)
        for reference in ["other.json", "../count.json/x", "file:///etc/passwd", "http://localhost/count.json"] {
            #expect(throws: SchemaError.self) {
                _ = try Schema(compiling: "{\"$ref\":\"\(reference)\"}".utf8.span.raw, resolver: resolver)
            }
        }
        #expect(throws: FileError.unreadable(path: "/nowhere", errno: ENOENT)) {
            try SchemaResolver(directory: "/nowhere")
        }
    }
}
