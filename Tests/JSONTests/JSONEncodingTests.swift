import Bytes
import Testing

@testable import JSON

@Suite("Encoding a value")
struct JSONEncodingTests {
    private static func text(_ value: some Encodable) throws -> String {
        var buffer = ByteBuffer(capacity: 16)
        try buffer.append(json: value)
        return String(buffer.bytes)
    }

    private static func decoded<Value: Decodable>(_ text: String) throws -> Value {
        var tape = JSONTape()
        return try tape.parse(Array(text.utf8).span.raw).decode(Value.self)
    }

    private static let post = Post(
        id: 7, title: "A \"title\"\n", author: Author(id: 1, name: "Ødegård"), tags: ["a", "b"], rating: 0.1,
        editedAt: nil, status: .inReview, draft: false)

    @Test("has its members in the order of the type, without those that are nil")
    func order() throws {
        #expect(
            try Self.text(Self.post)
                == #"{"id":7,"title":"A \"title\"\n","author":{"id":1,"name":"Ødegård"},"tags":["a","b"],"#
                + #""rating":0.1,"status":"in review","draft":false}"#)
    }

    @Test("is undone by decoding")
    func roundTrip() throws {
        #expect(try Self.decoded(Self.text(Self.post)) == Self.post)
        for shape in [Shape.circle(radius: 1e300), .point, .named("")] {
            #expect(try Self.decoded(Self.text(shape)) == shape)
        }
        let numbers: [Double] = [
            0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 100_000_000_000_000_000_000, 0.1,
        ]
        #expect(try Self.decoded(Self.text(numbers)) == numbers)
        #expect(try Self.decoded(Self.text([Int64.min, .max])) == [Int64.min, .max])
        #expect(try Self.decoded(Self.text([UInt64.max])) == [UInt64.max])
        #expect(try Self.decoded(Self.text(["a": [true, nil], "": []])) == ["a": [true, nil], "": [Bool?]()])
    }

    @Test("writes what is no container, and containers without content")
    func small() throws {
        #expect(try Self.text("a\u{1}") == #""a\u0001""#)
        #expect(try Self.text(Float(1.5)) == "1.5")
        #expect(try Self.text(Optional<Int>.none) == "null")
        #expect(try Self.text([Int]()) == "[]")
        #expect(try Self.text([String: Int]()) == "{}")
    }

    @Test("refuses numbers that JSON has not, and writes nothing then", arguments: [Double.infinity, -.infinity, .nan])
    func refused(number: Double) throws {
        var buffer = ByteBuffer(capacity: 16)
        #expect(throws: EncodingError.self) { try buffer.append(json: ["a": [1, number]]) }
        #expect(buffer.isEmpty == true)
    }
}
