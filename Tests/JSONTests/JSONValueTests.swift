import Bytes
import JSON
import TestSupport
import Testing

@Suite("A value")
struct JSONValueTests {
    private static let claims = #"""
        {"iss":"https://auth.example.com","sub":"caf\u00e9","aud":["api","admin"],"exp":1700000900,"nbf":1.5,
         "admin":true,"guest":false,"nothing":null,"nested":{"a":{"b":[[],{}]}},"\u0069at":7}
        """#

    @Test("is found by its name, a literal or bytes")
    func lookup() throws {
        var tape = JSONTape()
        let bytes = Array(Self.claims.utf8)
        let root = try tape.parse(bytes.span.raw)
        #expect(root.kind == .object)
        #expect(root.count == 10)
        #expect(root.member("exp")?.asInteger == 1_700_000_900)
        #expect(root.member("nbf")?.asDouble == 1.5)
        #expect(root.member("admin")?.asBool == true)
        #expect(root.member("guest")?.asBool == false)
        #expect(root.member("nothing")?.isNull == true)
        #expect(root.member("iat")?.asInteger == 7)
        #expect(root.member("aud")?.count == 2)
        #expect(root.member("sub")?.asString?.value == "café")
        let name: [UInt8] = Array("nested".utf8)
        #expect(root.member(name.span.raw)?.member("a")?.member("b")?.count == 2)
        let isMissing = root.member("is") == nil
        #expect(isMissing == true)
        let isMissingInArray = root.member("aud")?.member("api") == nil
        #expect(isMissingInArray == true)
    }

    @Test("is nothing but what it is")
    func kinds() throws {
        try withJSON(#"[null,true,1,"1",[1],{"1":1}]"#) { root in
            let kinds: [JSONKind] = [.null, .bool, .number, .string, .array, .object]
            var elements = root.elements
            var position = 0
            while let element = elements.next() {
                let kind = kinds[position]
                #expect(element.kind == kind)
                #expect(element.isNull == (kind == .null))
                #expect((element.asBool != nil) == (kind == .bool))
                #expect((element.asInteger != nil) == (kind == .number))
                #expect((element.asDouble != nil) == (kind == .number))
                let hasText = element.numberText != nil
                #expect(hasText == (kind == .number))
                let isString = element.asString != nil
                #expect(isString == (kind == .string))
                #expect(element.count == (kind == .array || kind == .object ? 1 : 0))
                var inner = element.elements
                let hasElements = inner.next() != nil
                #expect(hasElements == (kind == .array))
                var members = element.members
                let hasMembers = members.next() != nil
                #expect(hasMembers == (kind == .object))
                position += 1
            }
            #expect(position == 6)
        }
    }

    @Test("gives its content in the order of the text")
    func order() throws {
        let lines = try withJSON(Self.claims) { outline(of: $0) }
        #expect(
            lines == [
                "object of 10", "\"iss", "\"https://auth.example.com", "\"sub", "\"café", "\"aud", "array of 2",
                "\"api",
                "\"admin", "\"exp", "1700000900", "\"nbf", "1.5", "\"admin", "true", "\"guest", "false", "\"nothing",
                "null", "\"nested", "object of 1", "\"a", "object of 1", "\"b", "array of 2", "array of 0",
                "object of 0",
                "\"iat", "7",
            ])
    }

    @Test("tells where it stands")
    func offsets() throws {
        try withJSON(#" {"a": [true, "x"]}"#) { root in
            #expect(root.offset == 1)
            #expect(root.member("a")?.offset == 7)
        }
    }

    @Test("is read by a tape that is used again, whatever was read before")
    func reuse() throws {
        var tape = JSONTape(nodes: 1)
        for text in [Self.claims, "1", "[[[[[[[[1,2,3,4]]]]]]]]", "[", "{}", Self.claims] {
            let bytes = Array(text.utf8)
            let fresh = try? withJSON(bytes) { outline(of: $0) }
            let again = try? outline(of: tape.parse(bytes.span.raw))
            #expect(again == fresh)
        }
    }

    @Test("tells short texts apart by a number, however they are written")
    func shortTexts() throws {
        #expect(try withJSON(#""sub""#) { $0.asString?.shortText } == JSONString.shortText("sub"))
        #expect(try withJSON(#""\u0073ub""#) { $0.asString?.shortText } == JSONString.shortText("sub"))
        #expect(try withJSON(#""""#) { $0.asString?.shortText } == JSONString.shortText(""))
        #expect(try withJSON(#""seven77""#) { $0.asString?.shortText } == JSONString.shortText("seven77"))
        #expect(try withJSON(#""s\u0065ven77""#) { $0.asString?.shortText } == JSONString.shortText("seven77"))
        // A zero in front makes another text, and so another number.
        #expect(try withJSON(#""\u0000sub""#) { $0.asString?.shortText } != JSONString.shortText("sub"))
        for long in ["eight888", "ei\\u0067ht888", "a longer text", "a l\\u006fnger text", "\\u0001eight88x"] {
            #expect(try withJSON("\"\(long)\"") { $0.asString?.shortText } == 0)
        }
    }
}

@Suite("A number")
struct JSONNumberTests {
    @Test(
        "is an integer when it is written as one and fits",
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("-1", -1), ("9223372036854775807", Int64.max),
            ("-9223372036854775808", .min), ("9223372036854775808", nil), ("-9223372036854775809", nil),
            ("92233720368547758070", nil), ("1.0", nil), ("1e3", nil), ("1E0", nil), ("-1.5", nil),
            ("100000000000000000000000000000000000000", nil),
        ]
    )
    func integers(text: String, value: Int64?) throws {
        let read = try withJSON(text) { $0.asInteger }
        #expect(read == value)
    }

    @Test(
        "is the nearest double",
        arguments: [
            ("0", 0.0), ("1.0", 1), ("1.5", 1.5), ("-2.5e-3", -0.0025), ("1700000000.123", 1_700_000_000.123),
            ("9007199254740993", 9_007_199_254_740_992), ("9007199254740993.00001", 9_007_199_254_740_994),
            ("1e22", 1e22), ("1e23", 1e23), ("1.7976931348623157e308", .greatestFiniteMagnitude),
            ("5e-324", .leastNonzeroMagnitude), ("2e-324", 0), ("123e-10000000", 0), ("0e99999999999999999999", 0),
            ("2.2250738585072011e-308", Double(bitPattern: 0xF_FFFF_FFFF_FFFF)),
            ("0.000000000000000000000000000001", 1e-30),
            ("1E+2", 100), ("1e-0", 1), ("8.5e0022", 8.5e22), ("900719925474099.1e22", 900719925474099.1e22),
        ]
    )
    func doubles(text: String, value: Double) throws {
        let read = try #require(try withJSON(text) { $0.asDouble })
        #expect(read == value)
        let negated = try #require(
            try withJSON(text.hasPrefix("-") ? String(text.dropFirst()) : "-" + text) { $0.asDouble })
        #expect(negated == -value && negated.sign != read.sign)
    }

    @Test("is no double beyond the finite ones", arguments: ["1e309", "-1e309", "1.8e308", "1e99999999999999999999"])
    func overflow(text: String) throws {
        #expect(try withJSON(text) { $0.asDouble } == nil)
        #expect(try withJSON("1" + String(repeating: "0", count: 400)) { $0.asDouble } == nil)
    }

    @Test("is read as the standard library reads it", arguments: 0..<20)
    func oracle(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let digits = UInt64.random(in: 0...(1 << UInt64.random(in: 1...63, using: &generator)), using: &generator)
            let fraction = Bool.random(using: &generator) ? ".\(UInt32.random(in: 0...99_999, using: &generator))" : ""
            let exponent = Bool.random(using: &generator) ? "e\(Int.random(in: -30...30, using: &generator))" : ""
            let text = "\(digits)\(fraction)\(exponent)"
            #expect(try withJSON(text) { $0.asDouble } == Double(text), "\(text)")
        }
    }

    @Test("keeps the text that it was written with")
    func text() throws {
        let text = try withJSON(" -120.50e+07 ") { $0.digits }
        #expect(text == "-120.50e+07")
    }

    @Test("tells short texts apart by a number, however they are written")
    func shortTexts() throws {
        #expect(try withJSON(#""sub""#) { $0.asString?.shortText } == JSONString.shortText("sub"))
        #expect(try withJSON(#""\u0073ub""#) { $0.asString?.shortText } == JSONString.shortText("sub"))
        #expect(try withJSON(#""""#) { $0.asString?.shortText } == JSONString.shortText(""))
        #expect(try withJSON(#""seven77""#) { $0.asString?.shortText } == JSONString.shortText("seven77"))
        #expect(try withJSON(#""s\u0065ven77""#) { $0.asString?.shortText } == JSONString.shortText("seven77"))
        // A zero in front makes another text, and so another number.
        #expect(try withJSON(#""\u0000sub""#) { $0.asString?.shortText } != JSONString.shortText("sub"))
        for long in ["eight888", "ei\\u0067ht888", "a longer text", "a l\\u006fnger text", "\\u0001eight88x"] {
            #expect(try withJSON("\"\(long)\"") { $0.asString?.shortText } == 0)
        }
    }
}

@Suite("A string")
struct JSONStringTests {
    @Test(
        "is unescaped as the standard says",
        arguments: [
            (#""""#, ""), (#""plain""#, "plain"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u00E9\u20AC""#, "Aéé€"), (#""\uD83D\uDE00\ud83d\ude00""#, "😀😀"), (#""\u0000""#, "\0"),
            (#""\uDBFF\uDFFF\uD800\uDC00""#, "\u{10FFFF}\u{10000}"),
            (#""\uFFFF\u007F\u0080\u07FF\u0800""#, "\u{FFFF}\u{7F}\u{80}\u{7FF}\u{800}"),
            (#""é漢😀""#, "é漢😀"), (#""\u005cu0041""#, "\\u0041"), (#""a\\nb""#, "a\\nb"),
        ]
    )
    func unescaping(text: String, value: String) throws {
        let read = try #require(try withJSON(text) { $0.asString?.value })
        #expect(Array(read.utf8) == Array(value.utf8))
        for (other, isEqual) in [(value, true), (value + "x", false), (value.dropLast() + "x", false), ("\\", false)] {
            let bytes = Array(other.utf8)
            #expect(try withJSON(text) { $0.asString?.equals(bytes.span.raw) } == isEqual)
        }
    }

    @Test("is borrowed as it stands when it has no escapes")
    func raw() throws {
        for (text, hasEscapes) in [("", false), ("a é", false), (#"a\n"#, true), (#"\u0061"#, true)] {
            #expect(try withJSON("\"\(text)\"") { $0.writtenText } == text)
            #expect(try withJSON("\"\(text)\"") { $0.asString?.hasEscapes } == hasEscapes)
        }
    }

    @Test("equals a literal by its value")
    func literals() throws {
        #expect(try withJSON(#""at+jwt""#) { $0.asString?.equals("at+jwt") } == true)
        #expect(try withJSON(#""at\u002bjwt""#) { $0.asString?.equals("at+jwt") } == true)
        #expect(try withJSON(#""at\u002bjwt""#) { $0.asString?.equals("at\\u002bjwt") } == false)
        #expect(try withJSON(#""at\u002bjw""#) { $0.asString?.equals("at+jwt") } == false)
        #expect(try withJSON(#""at\u002bjwtx""#) { $0.asString?.equals("at+jwt") } == false)
        #expect(try withJSON(#""""#) { $0.asString?.equals("") } == true)
    }

    @Test(
        "equals another by its value, however both are written",
        arguments: [
            (#"["ab","ab"]"#, true), (#"["ab","\u0061b"]"#, true), (#"["a\u0062","\u0061b"]"#, true),
            (#"["\u0061b","ab"]"#, true),
            (#"["ab","ac"]"#, false), (#"["\u0061","\u0061b"]"#, false), (#"["\u0061b","\u0061"]"#, false),
            (#"["","\u0000"]"#, false),
        ]
    )
    func others(text: String, isEqual: Bool) throws {
        let compared = try withJSON(text) { root in
            var elements = root.elements
            guard let left = elements.next()?.asString, let right = elements.next()?.asString else {
                return nil as Bool?
            }
            return left.equals(right)
        }
        #expect(compared == isEqual)
    }

    @Test("tells short texts apart by a number, however they are written")
    func shortTexts() throws {
        #expect(try withJSON(#""sub""#) { $0.asString?.shortText } == JSONString.shortText("sub"))
        #expect(try withJSON(#""\u0073ub""#) { $0.asString?.shortText } == JSONString.shortText("sub"))
        #expect(try withJSON(#""""#) { $0.asString?.shortText } == JSONString.shortText(""))
        #expect(try withJSON(#""seven77""#) { $0.asString?.shortText } == JSONString.shortText("seven77"))
        #expect(try withJSON(#""s\u0065ven77""#) { $0.asString?.shortText } == JSONString.shortText("seven77"))
        // A zero in front makes another text, and so another number.
        #expect(try withJSON(#""\u0000sub""#) { $0.asString?.shortText } != JSONString.shortText("sub"))
        for long in ["eight888", "ei\\u0067ht888", "a longer text", "a l\\u006fnger text", "\\u0001eight88x"] {
            #expect(try withJSON("\"\(long)\"") { $0.asString?.shortText } == 0)
        }
    }
}
