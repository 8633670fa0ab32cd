import Synchronization
import Testing

@testable import JSONSchema

@Suite("References of a schema")
struct SchemaReferenceTests {
    @Test(
        "to documents that nobody has given are refused: nothing is fetched",
        arguments: [
            "https://example.com/schema.json", "http://127.0.0.1/schema.json", "file:///etc/passwd", "other.json",
            "//example.com/schema.json#/a", "urn:uuid:deadbeef-1234-ffff-ffff-4321feebdaed",
        ])
    func remote(uri: String) {
        let error = #expect(throws: SchemaError.self) { try schema(#"{"items": {"$ref": "\#(uri)"}}"#) }
        #expect(error?.pointer == "/items/$ref")
        #expect(error?.reason.contains("none is ever fetched") == true)
    }

    @Test("ask the resolver once for each document, by its absolute URI")
    func resolver() throws {
        let asked = Mutex<[String]>([])
        let resolver = SchemaResolver { uri in
            asked.withLock { $0.append(uri) }
            return uri == "schema:///parts/name.json" ? Array(#"{"type": "string"}"#.utf8) : nil
        }
        let compiled = try schema(
            #"{"prefixItems": [{"$ref": "parts/name.json"}, {"$ref": "./parts/../parts/name.json#"}]}"#,
            resolver: resolver)
        #expect(asked.withLock { $0 } == ["schema:///parts/name.json"])
        #expect(try outcome(of: #"["a", 1]"#, compiled).summaries == ["/1 type"])
    }

    @Test("lead to the draft's own documents without a resolver")
    func metaschema() throws {
        let compiled = try schema(#"{"$ref": "https://json-schema.org/draft/2020-12/schema"}"#)
        #expect(try outcome(of: #"{"type": "object", "minLength": 2}"#, compiled).verdict == .valid)
        let refused = try outcome(of: #"{"properties": {"a": {"minLength": -1}}}"#, compiled)
        #expect(refused.summaries == ["/properties/a/minLength minimum"])
        #expect(
            refused.violations.first?.location
                == "https://json-schema.org/draft/2020-12/meta/validation#/$defs/nonNegativeInteger/minimum")
    }

    /// RFC 3986 section 5.4, whose base is `http://a/b/c/d;p?q`.
    @Test(
        "are resolved as RFC 3986 has it",
        arguments: [
            ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q"), ("g#s", "http://a/b/c/g"), (";x", "http://a/b/c/;x"),
            ("g;x", "http://a/b/c/g;x"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
            ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
            ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"), ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"),
        ])
    func resolution(reference: String, target: String) {
        let base = URIReference("http://a/b/c/d;p?q")
        #expect(base.resolving(URIReference(reference)).withoutFragment == target)
    }
}
