import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A condition on an object's state")
struct EntityTagTests {
    /// An object in state 7.
    private static func server() throws -> TestServer {
        var api = Router()
        api.get("/thing") { request, response throws(Problem) in
            let tag = EntityTag(version: 7)
            response.append(tag)
            response.text("thing\n")
            if try request.isNotModified(tag) { response.notModified() }
        }
        api.delete("/thing") { request, response throws(Problem) in
            try request.requireMatch(EntityTag(version: 7))
            response.text("gone\n")
        }
        return try TestServer(api)
    }

    private func status(_ method: String, _ headers: [String]) throws -> Int {
        let server = try Self.server()
        let lines = headers.map { "\($0)\r\n" }.joined()
        let answer = try server.ask("\(method) /thing HTTP/1.1\r\nHost: a\r\n\(lines)\r\n")
        if method == "GET", answer.status == 200 || answer.status == 304 {
            #expect(answer.headers["etag"] == "\"7\"")
            #expect(answer.body == (answer.status == 200 ? "thing\n" : ""))
            #expect((answer.headers["content-type"] != nil) == (answer.status == 200))
        }
        _ = try server.finish()
        return answer.status
    }

    @Test(
        "holds for a change when a strong tag is the state's",
        arguments: [
            ([], 200), (["If-Match: \"7\""], 200), (["If-Match: *"], 200), (["If-Match: \"6\", \"7\""], 200),
            (["If-Match: ,\"6\",,\t\"7\" ,"], 200), (["If-Match: \"6\"", "If-Match: \"7\""], 200),
            (["If-Match: \"6\""], 412), (["If-Match: W/\"7\""], 412), (["If-Match: \"77\""], 412),
            (["If-Match: \"\""], 412), (["If-Match:"], 412), (["If-Match: \"6,7\""], 412),
            (["If-None-Match: *"], 412), (["If-None-Match: \"7\""], 412), (["If-None-Match: \"6\""], 200),
            (["If-Match: 7"], 400), (["If-Match: \"7"], 400), (["If-Match: \"7\"x"], 400),
            (["If-Match: w/\"7\""], 400), (["If-Match: *, \"7\""], 400), (["If-None-Match: 6"], 400),
            (["If-Match: \"7\"\"7\""], 400), (["If-Match: \"a b\""], 400),
        ])
    func change(headers: [String], status: Int) throws { #expect(try self.status("DELETE", headers) == status) }

    @Test(
        "spares a client what it has already",
        arguments: [
            ([], 200), (["If-None-Match: \"7\""], 304), (["If-None-Match: W/\"7\""], 304),
            (["If-None-Match: *"], 304), (["If-None-Match: \"5\", \"7\""], 304), (["If-None-Match: \"6\""], 200),
            (["If-Match: \"6\""], 412), (["If-Match: \"7\"", "If-None-Match: \"7\""], 304),
            (["If-None-Match: x"], 400),
        ])
    func read(headers: [String], status: Int) throws { #expect(try self.status("GET", headers) == status) }
}
