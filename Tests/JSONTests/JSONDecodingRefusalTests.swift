import Testing

@testable import JSON

@Suite("A type that can't be decoded")
struct JSONDecodingRefusalTests {
    private static let post = #"""
        {"id":1,"title":"t","author":{"id":2,"name":"n"},"tags":["a"],"status":"published","draft":true}
        """#

    @Test(
        "says where, and what was expected",
        arguments: [
            (#""id":1"#, #""id":null"#, "/id", .wrongKind(expected: .number, found: .null)),
            (#""id":1"#, #""id":"1""#, "/id", .wrongKind(expected: .number, found: .string)),
            (#""id":1"#, #""id":1.5"#, "/id", .notAnInteger),
            (#""id":1"#, #""id":9223372036854775808"#, "/id", .outOfRange),
            (#""id":1"#, #""ID":1"#, "/id", .missingMember),
            (#""title":"t""#, #""title":false"#, "/title", .wrongKind(expected: .string, found: .bool)),
            (#""title":"t""#, #""title":null"#, "/title", .wrongKind(expected: .string, found: .null)),
            (#"{"id":2,"name":"n"}"#, "null", "/author", .wrongKind(expected: .object, found: .null)),
            (#"{"id":2,"name":"n"}"#, "[]", "/author", .wrongKind(expected: .object, found: .array)),
            (#""name":"n""#, #""name":{}"#, "/author/name", .wrongKind(expected: .string, found: .object)),
            (#","name":"n""#, "", "/author/name", .missingMember),
            (#"["a"]"#, #"["a",{"a":[]},1]"#, "/tags/1", .wrongKind(expected: .string, found: .object)),
            (#"["a"]"#, #"["a",null]"#, "/tags/1", .wrongKind(expected: .string, found: .null)),
            (#"["a"]"#, #""a""#, "/tags", .wrongKind(expected: .array, found: .string)),
            (#""published""#, #""secret""#, "/status", .refused),
            (#""published""#, "1", "/status", .wrongKind(expected: .string, found: .number)),
            (#""draft":true"#, #""draft":0"#, "/draft", .wrongKind(expected: .bool, found: .number)),
            (#""draft":true"#, #""draft":true,"rating":"4""#, "/rating", .wrongKind(expected: .number, found: .string)),
            (#""draft":true"#, #""draft":true,"rating":1e999"#, "/rating", .outOfRange),
        ] as [(String, String, String, JSONDecodingError.Reason)])
    func pointers(part: String, wrong: String, pointer: String, reason: JSONDecodingError.Reason) {
        #expect(refusal(of: Post.self, Self.post) == nil)
        let parts = Self.post.split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
        let text = parts.joined(separator: wrong)
        #expect(refusal(of: Post.self, text) == JSONDecodingError(pointer: pointer, reason: reason))
        let inArray = refusal(of: [Post].self, "[\(Self.post),\(text)]")
        #expect(inArray == JSONDecodingError(pointer: "/1\(pointer)", reason: reason))
    }

    @Test("names nothing but the root, where the root is at fault")
    func root() {
        #expect(refusal(of: Int.self, "[1]")?.pointer == "")
        #expect(refusal(of: [Int].self, "{}")?.reason == .wrongKind(expected: .array, found: .object))
        #expect(refusal(of: [String: Int].self, "null")?.reason == .wrongKind(expected: .object, found: .null))
        #expect(refusal(of: Shape.self, #"{"point":{},"named":{"_0":""}}"#)?.reason == .refused)
    }

    @Test("escapes the names in a pointer, and cuts them when they are long")
    func names() {
        #expect(refusal(of: [String: Int].self, #"{"a/b~c\u002f":{}}"#)?.pointer == "/a~1b~0c~1")
        let long = String(repeating: "é", count: 1000)
        #expect(
            refusal(of: [String: [Int]].self, "{\"x\(long)\":[null]}")?.pointer
                == "/x" + String(repeating: "é", count: 63) + "…/0")
        let deep = String(repeating: #"{"a member's name":"#, count: 30) + "1" + String(repeating: "}", count: 30)
        let pointer = refusal(of: Tree.self, deep)?.pointer ?? ""
        #expect(pointer.utf8.count <= 256 + 3 && pointer.hasPrefix("/a member's name/a") && pointer.hasSuffix("…"))
    }

    @Test("says it in a sentence, which holds no value of the document")
    func sentences() {
        let secret = #"{"id":1,"title":"t","author":{"id":2,"name":"n"},"tags":["a"],"status":"hunter2","draft":true}"#
        let error = refusal(of: Post.self, secret)
        #expect(error?.description == "/status: the value is not one that is taken here.")
        let atRoot = refusal(of: Int.self, #""hunter2""#)
        #expect(atRoot?.description == "The document's root: expected a number, found a string.")
        let sentences: [(JSONDecodingError.Reason, String)] = [
            (.wrongKind(expected: .bool, found: .array), "/a: expected a boolean, found an array."),
            (.wrongKind(expected: .object, found: .null), "/a: expected an object, found null."),
            (.missingMember, "/a: the member is missing."),
            (.missingValue, "/a: a value is missing."),
            (.notAnInteger, "/a: expected an integer, found a number with a fraction."),
            (.outOfRange, "/a: the number is out of range."),
        ]
        for (reason, sentence) in sentences {
            #expect(JSONDecodingError(pointer: "/a", reason: reason).description == sentence)
        }
    }

    @Test("reports what a type throws itself at the place that it names")
    func ownErrors() {
        #expect(refusal(of: [Picky].self, "[1,2]") == JSONDecodingError(pointer: "/1", reason: .refused))
        #expect(refusal(of: [Picky].self, "[1,3]") == JSONDecodingError(pointer: "/1/key", reason: .missingMember))
        #expect(refusal(of: [Picky].self, "[1,4]") == JSONDecodingError(pointer: "/1", reason: .missingValue))
        #expect(refusal(of: [Picky].self, "[1,5]") == JSONDecodingError(pointer: "/1", reason: .refused))
        #expect(refusal(of: [Picky].self, "[1,6]") == JSONDecodingError(pointer: "", reason: .refused))
        #expect(refusal(of: [Pair].self, "[[1,2],[1]]") == JSONDecodingError(pointer: "/1/1", reason: .missingValue))
    }

    @Test("can be tried as another: a fault leaves an array where it was")
    func alternatives() throws {
        let mixed = try decoded([IntegerOrText].self, #"[1,"a",2,"b"]"#)
        #expect(mixed == [.integer(1), .text("a"), .integer(2), .text("b")])
        #expect(refusal(of: [IntegerOrText].self, #"[1,"a",[]]"#)?.pointer == "/2")
    }
}

/// Throws an error of its own for every number but 1.
private struct Picky: Decodable {
    struct Refusal: Error {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let context = DecodingError.Context(codingPath: container.codingPath, debugDescription: "hunter2")
        switch try container.decode(Int.self) {
        case 1: break
        case 2: throw DecodingError.dataCorrupted(context)
        case 3: throw DecodingError.keyNotFound(Key.key, context)
        case 4: throw DecodingError.valueNotFound(Int.self, context)
        case 5: throw DecodingError.typeMismatch(Int.self, context)
        default: throw Refusal()
        }
    }

    private enum Key: CodingKey { case key }
}

private struct Pair: Decodable {
    let first: Int
    let second: Int

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        first = try container.decode(Int.self)
        second = try container.decode(Int.self)
    }
}

/// Objects in objects, down to a string.
private indirect enum Tree: Decodable {
    case leaf(String)
    case branch([String: Tree])

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: AnyKey.self), let first = members.allKeys.first {
            self = .branch([first.stringValue: try members.decode(Tree.self, forKey: first)])
        } else {
            self = .leaf(try decoder.singleValueContainer().decode(String.self))
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }
}

private enum IntegerOrText: Decodable, Equatable {
    case integer(Int)
    case text(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else {
            self = .text(try container.decode(String.self))
        }
    }
}
