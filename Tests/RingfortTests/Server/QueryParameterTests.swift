import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A parameter of the query")
struct QueryParameterTests {
    @Test(
        "is decoded as its schema sees it",
        arguments: [
            ("", "none"), ("?", "none"), ("?name=a", "a"), ("?other=b&name=a+%62", "a b"), ("?n%61me=a", "a"),
            ("?name", ""), ("?name=", ""), ("?&&name=x&", "x"), ("?Name=x", "none"), ("?name==x", "=x"),
            ("?name=%FFa", "\u{FFFD}a"), ("?name=%ED%A0%80", "\u{FFFD}\u{FFFD}\u{FFFD}"), ("?name=%C3", "\u{FFFD}"),
        ])
    func query(target: String, value: String) throws {
        var api = Router()
        api.get("/query") { request, response in
            guard let name = request.queryParameter("name") else { return response.text("none") }
            response.text(String(name.bytes))
        }
        let server = try TestServer(api)
        #expect(try server.get("/query\(target)").body == value)
        _ = try server.finish()
    }
}
