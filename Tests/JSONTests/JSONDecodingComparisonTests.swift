import Foundation
import JSON
import Testing

@Suite("Decoding, beside Foundation's")
struct JSONDecodingComparisonTests {
    private static let documents = [
        "null", "true", "false", "0", "-0", "1", "-1", "1.0", "1.5", "1e2", "127", "128", "-128", "-129", "255", "256",
        "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "9007199254740992",
        "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616", "0.1", "1e-7", "3.4e38", "3.5e38",
        "1.7e308", "1e309", "123456789.123456789", #""""#, #""text""#, #""\u00e9\ud83d\ude80\n\"\\\/""#, #""1""#,
        "[]", "[1]", "[1,2,3]", "[null]", "[1,null]", #"["a","b"]"#, "[[1],[],[2,3]]", "[true,false]", "[1.5,2]",
        "{}", #"{"a":1}"#, #"{"a":null}"#, #"{"a":1,"b":2}"#, #"{"a":"x"}"#, #"{"1":1,"2":2}"#, #"{"\u0061":1}"#,
        #"{"id":1,"name":"n"}"#, #"{"id":1}"#, #"{"id":"1","name":"n"}"#, #"{"name":"n","id":1,"more":[]}"#,
        #"{"id":1,"name":null}"#, #"[{"id":1,"name":"n"},{"id":2,"name":"m"}]"#, #"{"point":{}}"#, #"{"point":1}"#,
        #"{"circle":{"radius":1}}"#, #"{"circle":{}}"#, #"{"named":{"_0":"x"}}"#, #"{"point":{},"circle":{}}"#,
        #""published""#, #""in review""#, #"{"a":[{"id":1,"name":"n"}]}"#,
        #"{"id":1,"title":"t","author":{"id":2,"name":"n"},"tags":["a"],"status":"published","draft":true}"#,
        #"{"id":1,"title":"t","author":{"id":2,"name":"n"},"tags":[],"status":"no","draft":true,"rating":4}"#,
    ]

    @Test("takes, gives and refuses the same", arguments: documents)
    func agreement(text: String) {
        compare(text, Bool.self)
        compare(text, String.self)
        compare(text, Int.self)
        compare(text, Int8.self)
        compare(text, Int16.self)
        compare(text, Int32.self)
        compare(text, Int64.self)
        compare(text, UInt.self)
        compare(text, UInt8.self)
        compare(text, UInt16.self)
        compare(text, UInt32.self)
        compare(text, UInt64.self)
        compare(text, Double.self)
        compare(text, Float.self)
        compare(text, Int?.self)
        compare(text, Date.self)
        compare(text, [Int].self)
        compare(text, [Int?].self)
        compare(text, [UInt8].self)
        compare(text, [String].self)
        compare(text, [[Int]].self)
        compare(text, Set<Int>.self)
        compare(text, [Bool].self)
        compare(text, [Double].self)
        compare(text, [String: Int].self)
        compare(text, [String: Int?].self)
        compare(text, [Int: Int].self)
        compare(text, [String: [Author]].self)
        compare(text, Author.self)
        compare(text, [Author].self)
        compare(text, Shape.self)
        compare(text, Post.self)
        compare(text, Post.Status.self)
    }

    private func compare<Value: Decodable & Equatable>(_ text: String, _ type: Value.Type) {
        let foundation = try? JSONDecoder().decode(type, from: Data(text.utf8))
        let ours = try? decoded(type, text)
        #expect(ours == foundation, "\(type) of \(text)")
    }
}
