import Testing

@testable import JSON

@Suite("A decodable type")
struct JSONDecodingTests {
    @Test("is made of an object: members in any order, those that it does not know ignored")
    func post() throws {
        let post = try decoded(
            Post.self,
            #"""
            {"unknown":[{"id":0}],"draft":false,"tags":["a","\u0062","c"],"author":{"name":"Zo\u00eb \ud83d\ude80","id":42},
             "id":9007199254740993,"title":"t\u0069tle \"quoted\"\n","rating":4.5,"editedAt":null,"sta\u0074us":"in review"}
            """#)
        #expect(
            post
                == Post(
                    id: 9_007_199_254_740_993, title: "title \"quoted\"\n", author: Author(id: 42, name: "Zoë 🚀"),
                    tags: ["a", "b", "c"], rating: 4.5, editedAt: nil, status: .inReview, draft: false))
    }

    @Test("is made of a value within a document, and its pointers start there")
    func subtree() throws {
        let text = #"{"skipped":[1,{"a":2}],"author":{"name":"x","id":7},"wrong":{"id":1,"name":[]},"tail":"é"}"#
        let author = try withJSON(text) { root in
            Result { () throws(JSONDecodingError) in try root.member("author")?.decode(Author.self) }
        }
        #expect(try author.get() == Author(id: 7, name: "x"))
        let wrong = try withJSON(text) { root in
            Result { () throws(JSONDecodingError) in try root.member("wrong")?.decode(Author.self) }
        }
        #expect(
            throws: JSONDecodingError(pointer: "/name", reason: .wrongKind(expected: .string, found: .array))
        ) { try wrong.get() }
        let tail = try withJSON(text) { root in
            Result { () throws(JSONDecodingError) in try root.member("tail")?.decode(String.self) }
        }
        #expect(try tail.get() == "é")
    }

    @Test("is a scalar at the root, too")
    func fragments() throws {
        #expect(try decoded(Bool.self, "true"))
        #expect(try decoded(String.self, #""""#) == "")
        #expect(try decoded(Int?.self, "null") == nil)
        #expect(try decoded(Int?.self, "-1") == -1)
        #expect(try decoded([Int?].self, "[1,null,3]") == [1, nil, 3])
        #expect(try decoded([Int].self, "[]") == [])
        #expect(try decoded([String: Int].self, "{}") == [:])
        #expect(try decoded([UInt8].self, "[0,255]") == [0, 255])
        #expect(try decoded([[String: [Bool]]].self, #"[{"é/~":[true]},{}]"#) == [["é/~": [true]], [:]])
    }

    @Test("has a thousand members, each found, in any order")
    func manyMembers() throws {
        let members = (0..<1000).map { (name: "member \($0) é", value: $0 * $0) }
        let expected = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })
        for order in [members, members.reversed()] {
            let text = order.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",")
            #expect(try decoded([String: Int].self, "{\(text)}") == expected)
        }
        let escaped = members.map { "\"\\u006d\($0.name.dropFirst())\":\($0.value)" }.joined(separator: ",")
        #expect(try decoded([String: Int].self, "{\(escaped)}") == expected)
    }

    @Test("takes few members and many alike", arguments: [1, 15, 16, 17, 33, 100])
    func memberCounts(count: Int) throws {
        let text = (0..<count).map { "\"\($0)\":{\"name\":\"n\($0)\",\"id\":\($0)}" }.joined(separator: ",")
        let authors = try decoded([Int: Author].self, "{\(text)}")
        #expect(authors == Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, Author(id: $0, name: "n\($0)")) }))
        #expect(refusal(of: Author.self, "{\(text)}") == JSONDecodingError(pointer: "/id", reason: .missingMember))
    }

    @Test("sees the first of two members with one name, where the parser let them pass", arguments: [0, 40])
    func duplicates(others: Int) throws {
        let tail = (0..<others).map { ",\"\($0)\":0" }.joined()
        let text = #"{"a":1,"\u0061":2,"a":3"# + tail + "}"
        let limits = JSONLimits(refusesDuplicateMembers: false)
        let value = try withJSON(text, limits: limits) { root in
            Result { () throws(JSONDecodingError) in try root.decode([String: Int].self) }
        }
        #expect(try value.get()["a"] == 1)
    }

    @Test("compares names byte for byte: é is not e with an accent")
    func canonicalEquivalents() throws {
        struct Named: Decodable {
            let composed: Int?

            enum CodingKeys: String, CodingKey { case composed = "\u{E9}" }
        }
        #expect(try decoded(Named.self, #"{"\u00e9":1}"#).composed == 1)
        #expect(try decoded(Named.self, #"{"e\u0301":1}"#).composed == nil)
    }

    @Test("recurses as deep as the document may be nested", arguments: [1, 31, 32, 512])
    func nesting(depth: Int) throws {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let value = try withJSON(text, limits: JSONLimits(depth: depth)) { root in
            Result { () throws(JSONDecodingError) in try root.decode(Nest.self) }
        }
        #expect(try value.get().depth == depth)
        let start = String(repeating: #"{"next":"#, count: depth - 1)
        let objects = start + "{}" + String(repeating: "}", count: depth - 1)
        let list = try withJSON(objects, limits: JSONLimits(depth: depth)) { root in
            Result { () throws(JSONDecodingError) in try root.decode(List.self) }
        }
        #expect(try list.get().length == depth)
    }

    @Test("may be an enum with values, a class with a superclass, or walk the containers itself")
    func otherForms() throws {
        let shapes = try decoded([Shape].self, #"[{"circle":{"radius":1.5}},{"point":{}},{"named":{"_0":"x"}}]"#)
        #expect(shapes == [.circle(radius: 1.5), .point, .named("x")])
        let dog = try decoded(Dog.self, #"{"tricks":["sit"],"super":{"name":"Rex"},"other":{"name":"Max"}}"#)
        #expect(dog.name == "Rex" && dog.tricks == ["sit"] && dog.otherName == "Max")
        let walk = try decoded(Walk.self, #"{"matrix":[[1,2],null,[3]],"pair":[{"a":true},"s",["super"]]}"#)
        #expect(walk.numbers == [1, 2, 3])
        #expect(walk.pair == ["a", "s", "super"])
        #expect(
            walk.paths == ["", "/matrix", "/matrix/0", "/matrix/2", "/pair", "/pair/0", "/pair/2"])
    }
}

/// Arrays in arrays, and how many inside each other.
private struct Nest: Decodable {
    let depth: Int

    init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        depth = container.isAtEnd ? 1 : try container.decode(Nest.self).depth + 1
    }
}

private final class List: Decodable {
    let next: List?

    var length: Int { 1 + (next?.length ?? 0) }
}

/// Asks for nested containers by hand, and notes their coding paths.
private struct Walk: Decodable {
    private(set) var numbers: [Int] = []
    private(set) var pair: [String] = []
    private(set) var paths: [String] = []

    private enum CodingKeys: String, CodingKey { case matrix, pair, missing }

    private enum Letter: String, CodingKey { case a, b }

    init(from decoder: any Decoder) throws {
        let root = try decoder.container(keyedBy: CodingKeys.self)
        note(root.codingPath)
        #expect(root.allKeys == [.matrix, .pair])
        #expect(root.contains(.pair) && !root.contains(.missing))
        #expect(try !root.decodeNil(forKey: .pair))
        #expect(throws: DecodingError.self) { try root.decodeNil(forKey: .missing) }
        #expect(throws: DecodingError.self) { try root.superDecoder() }
        #expect(try root.decodeIfPresent(Int.self, forKey: .missing) == nil)
        try readMatrix(root.nestedUnkeyedContainer(forKey: .matrix))
        try readPair(root.nestedUnkeyedContainer(forKey: .pair))
    }

    private mutating func readMatrix(_ container: any UnkeyedDecodingContainer) throws {
        var rows = container
        note(rows.codingPath)
        #expect(rows.count == 3)
        while !rows.isAtEnd {
            if try rows.decodeNil() { continue }
            #expect(throws: DecodingError.self) { try rows.decode(String.self) }
            var row = try rows.nestedUnkeyedContainer()
            note(row.codingPath)
            while !row.isAtEnd { numbers.append(try row.decode(Int.self)) }
            #expect(throws: DecodingError.self) { try row.decode(Int.self) }
            #expect(row.currentIndex == row.count)
        }
    }

    private mutating func readPair(_ container: any UnkeyedDecodingContainer) throws {
        var elements = container
        note(elements.codingPath)
        let object = try elements.nestedContainer(keyedBy: Letter.self)
        note(object.codingPath)
        pair += object.allKeys.map(\.rawValue)
        pair.append(try elements.decode(String.self))
        let decoder = try elements.superDecoder()
        note(decoder.codingPath)
        pair += try [String](from: decoder)
        #expect(elements.isAtEnd)
    }

    private mutating func note(_ path: [any CodingKey]) { paths.append(path.map { "/" + $0.stringValue }.joined()) }
}
