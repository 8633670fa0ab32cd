import Bytes
import Synchronization
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

    /// A name that counts how often it is compared.
    private struct CountedName: Hashable {
        static let comparisons = Mutex(0)
        let number: Int

        static func == (left: Self, right: Self) -> Bool {
            comparisons.withLock { $0 += 1 }
            return left.number == right.number
        }

        func hash(into hasher: inout Hasher) { hasher.combine(number) }
    }

    @Test("compares each name of a large object with a few others only")
    func largeObject() {
        var members = JSONEncodedMembers<CountedName, Int>()
        for round in 0..<2 {
            for number in 0..<20_000 { members.set(CountedName(number: number), to: number + round) }
        }
        #expect(members.entries.map(\.name.number) == Array(0..<20_000))
        #expect(members.entries.map(\.value) == Array(1...20_000))
        // Of both rounds, with what the table compares when it grows; each with all would be 600 million.
        #expect(CountedName.comparisons.withLock { $0 } < 400_000)
    }

    /// An object that encodes pairs, whose names may come twice.
    private struct Pairs: Encodable {
        struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        let pairs: [(name: String, value: Int)]

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Name.self)
            for pair in pairs { try container.encode(pair.value, forKey: Name(stringValue: pair.name)) }
        }
    }

    @Test("has a name once, with its last value, where names are equal byte by byte", arguments: [2, 100])
    func namesTwice(count: Int) throws {
        let names = ["é", "e\u{301}"] + (2..<count).map(String.init)
        let first = names.map { (name: $0, value: 1) }
        let text = try Self.text(Pairs(pairs: first + first.map { ($0.name, 2) }))
        #expect(text == "{" + names.map { "\"\($0)\":2" }.joined(separator: ",") + "}")
    }

    @Test("refuses numbers that JSON has not, and writes nothing then", arguments: [Double.infinity, -.infinity, .nan])
    func refused(number: Double) throws {
        var buffer = ByteBuffer(capacity: 16)
        #expect(throws: EncodingError.self) { try buffer.append(json: ["a": [1, number]]) }
        #expect(buffer.isEmpty == true)
    }
}
