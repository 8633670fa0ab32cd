import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A form")
struct FormTests {
    private static let api: Router = {
        var api = Router()
        let echo: Handler = { request, response throws(Problem) in
            guard let json = request.json else { throw .notFound }
            response.mediaType = .json
            response.body.append(json: json)
        }
        api.post("/any", body: .form(bytes: 256), echo)
        api.post("/worker", body: .form(), runs: .onWorker, echo)
        let limits = SchemaDefinition.object(["name": .string(maxLength: 4)], required: ["name"])
        api.post("/strict", body: .form(schema: limits), echo)
        return api
    }()

    private static let type = "application/x-www-form-urlencoded"

    private static func post(_ path: String, _ body: [UInt8], type: String? = type) -> [UInt8] {
        let type = type.map { "Content-Type: \($0)\r\n" } ?? ""
        return Array("POST \(path) HTTP/1.1\r\nHost: a\r\n\(type)Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }

    private static func ask(_ server: TestServer, _ request: [UInt8]) throws -> Answer {
        let client = try LoopbackClient(port: server.port)
        client.send(request)
        client.finishSending()
        return try #require(Answer.all(in: client.readToEnd()).first)
    }

    @Test(
        "is read as an object of strings, on a shard and on a worker",
        arguments: [
            ("", "{}"), ("a=1&b=x+y", #"{"a":"1","b":"x y"}"#), ("a", #"{"a":""}"#), ("a==b", #"{"a":"=b"}"#),
            ("&a=1&&b=2&", #"{"a":"1","b":"2"}"#), ("%61=%22%5C%00", #"{"a":"\"\\\u0000"}"#), ("=1", #"{"":"1"}"#),
            ("a=%C3%A4&b=%2B%26%3D%25", #"{"a":"ä","b":"+&=%"}"#), ("a=read:x write:y", #"{"a":"read:x write:y"}"#),
        ])
    func read(form: String, object: String) throws {
        let server = try TestServer(Self.api)
        for path in ["/any", "/worker"] {
            let answer = try Self.ask(server, Self.post(path, Array(form.utf8)))
            #expect(answer.status == 200)
            #expect(answer.body == object)
        }
        _ = try server.finish()
    }

    @Test("that comes in pieces is read when it is whole")
    func pieces() throws {
        let server = try TestServer(Self.api)
        let client = try LoopbackClient(port: server.port)
        client.send(Array(Self.post("/any", Array("a=%C3%A4&b=23".utf8)).dropLast(8)))
        client.send("%A4&b=2")
        client.send("3")
        client.finishSending()
        #expect(try Answer.all(in: client.readToEnd()).first?.body == #"{"a":"ä","b":"23"}"#)
        _ = try server.finish()
    }

    @Test(
        "that could be read in two ways is refused, and what is wrong is for the log alone",
        arguments: [
            ("a=%", "malformed_form"), ("a=%4", "malformed_form"), ("a=%zz", "malformed_form"),
            ("%=1", "malformed_form"), ("a=%+1", "malformed_form"), ("a=%C3", "malformed_form"),
            ("a=%ED%A0%80", "malformed_form"), ("%FF=1", "malformed_form"), ("a=\u{E4}", "malformed_form"),
            ("a=1\r\n", "malformed_form"), ("a=\t", "malformed_form"), ("a=\u{7F}", "malformed_form"),
            ("a=1&a=2", "ambiguous_form"), ("a=1&%61=1", "ambiguous_form"), ("a&b&a", "ambiguous_form"),
            ((0...100).map { "p\($0)" }.joined(separator: "&"), "ambiguous_form"),
        ])
    func refused(form: String, reason: String) throws {
        let server = try TestServer(Self.api)
        let answer = try Self.ask(server, Self.post("/worker", Array(form.utf8)))
        #expect(answer.status == 400)
        #expect(Set(try answer.problem().keys) == ["type", "title", "status", "correlation_id", "detail"])
        #expect(answer.headers["content-type"] == "application/problem+json")
        let line = try #require(try server.finish().first { $0["status"] as? Int == 400 })
        #expect(line["reason"] as? String == reason)
    }

    @Test(
        "has the media type of forms, and no other",
        arguments: [
            (type, 200), ("application/X-WWW-form-urlencoded ; charset=UTF-8", 200), (nil, 415),
            ("application/json", 415), ("multipart/form-data; boundary=x", 415), ("\(type); charset=latin-1", 415),
            ("\(type)x", 415),
        ])
    func mediaType(type: String?, status: Int) throws {
        let server = try TestServer(Self.api)
        #expect(try Self.ask(server, Self.post("/any", Array("a=1".utf8), type: type)).status == status)
        _ = try server.finish()
    }

    @Test("is as long as its route takes it, and keeps to its route's schema")
    func bounds() throws {
        let server = try TestServer(Self.api)
        let long = "a=" + String(repeating: "x", count: 254)
        #expect(try Self.ask(server, Self.post("/any", Array(long.utf8))).status == 200)
        #expect(try Self.ask(server, Self.post("/any", Array("\(long)x".utf8))).status == 413)
        #expect(try Self.ask(server, Self.post("/strict", Array("name=abcd".utf8))).body == #"{"name":"abcd"}"#)
        for form in ["name=abcde", "", "name=a&other=b"] {
            let answer = try Self.ask(server, Self.post("/strict", Array(form.utf8)))
            #expect(answer.status == 400)
            #expect(try answer.problem()["errors"] != nil)
        }
        _ = try server.finish()
    }

    @Test("can be limited by a configuration, and stands in the API's description")
    func described() throws {
        var setting = RouteSetting("POST /any")
        setting.bodyBytes = 3
        let server = try TestServer(Self.api) { $0.routes = [setting] }
        #expect(try Self.ask(server, Self.post("/any", Array("a=1".utf8))).status == 200)
        #expect(try Self.ask(server, Self.post("/any", Array("a=12".utf8))).status == 413)
        #expect(try server.get("/openapi.json").body.contains(#""\#(Self.type)":{"schema""#))
        _ = try server.finish()
    }
}
