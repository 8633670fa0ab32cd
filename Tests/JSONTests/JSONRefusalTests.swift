import JSON
import Testing

@Suite("A document is refused")
struct JSONRefusalTests {
    @Test(
        "at the byte that the grammar does not allow",
        arguments: [
            ("{,}", 1), ("{1:2}", 1), ("[,]", 1), ("[1,]", 3), (#"{"a":1,}"#, 7), (#"{"a" 1}"#, 5), ("[1 2]", 3),
            ("[1}", 2), (#"{"a":1]"#, 6), (#"{"a",1}"#, 4), ("01", 1), ("-01", 2), ("1a", 1), ("+1", 0), (".5", 0),
            ("'a'", 0), ("/**/1", 0), ("\u{A0}1", 0), ("\u{0C}1", 0), ("]", 0), ("True", 0), ("NaN", 0),
            ("Infinity", 0),
            ("\0", 0), (#"{"a"::1}"#, 5), ("[1,,2]", 3), ("{\"a\":1,,\"b\":2}", 7), ("[\u{FEFF}1]", 1),
        ]
    )
    func unexpectedByte(text: String, offset: Int) throws {
        let error = try #require(refusal(of: text))
        // Behind a whole value at the top, whatever follows is too much.
        let reason: JSONError.Reason =
            text.first?.isNumber == true || text.hasPrefix("-") ? .trailingBytes : .unexpectedByte
        #expect(error.reason == reason)
        #expect(error.offset == offset)
    }

    @Test("for the same bytes in a name of three letters as in a longer one", arguments: 0..<3)
    func shortNames(place: Int) {
        for byte in UInt8.min...UInt8.max {
            var (short, long) = (Array(#"{"abc":1}"#.utf8), Array(#"{"abcd":1}"#.utf8))
            short[2 + place] = byte
            long[2 + place] = byte
            // These make other names of the two, of different length.
            if byte == 0x22 || byte == 0x5C { continue }
            #expect(refusal(of: short)?.reason == refusal(of: long)?.reason, "byte \(byte)")
        }
    }

    @Test(
        "where it ends too early",
        arguments: [
            "", " ", "[", "[1", "[1,", "{", #"{"#, #"{"a"#, #"{"a""#, #"{"a":"#, #"{"a":1"#, #"{"a":1,"#, "\"", "\"a",
            "\"\\",
            "\"\\u", "\"\\u00", "\"\\uD83D", "\"\\uD83D\\", "\"\\uD83D\\u", "\"\\uD83D\\uDE0", "-", "1.", "1e", "1e+",
            "[[[[",
        ]
    )
    func unexpectedEnd(text: String) throws {
        let error = try #require(refusal(of: text))
        #expect(error.reason == .unexpectedEnd)
        #expect(error.offset == text.utf8.count)
    }

    @Test(
        "for the fault that it has",
        arguments: [
            ("1 2", JSONError.Reason.trailingBytes, 2), ("{}{}", .trailingBytes, 2), ("[]]", .trailingBytes, 2),
            ("\"a\"b", .trailingBytes, 3), ("null\0", .trailingBytes, 4), ("\u{FEFF}{}", .byteOrderMark, 0),
            ("\u{FEFF}", .byteOrderMark, 0),
            ("\"a\nb\"", .controlCharacter, 2), ("\"\0\"", .controlCharacter, 1), ("\"\u{1F}\"", .controlCharacter, 1),
            ("\"\t\"", .controlCharacter, 1), ("{\"\u{1}\":1}", .controlCharacter, 2),
            (#""\a""#, .invalidEscape, 2), (#""\'""#, .invalidEscape, 2), (#""\x41""#, .invalidEscape, 2),
            (#""\U0041""#, .invalidEscape, 2), (#""\u00G0""#, .invalidEscape, 5), (#""\u004""#, .invalidEscape, 6),
            (#""\0""#, .invalidEscape, 2), ("\"\\\n\"", .invalidEscape, 2),
            (#""\uDC00""#, .loneSurrogate, 3), (#""\uD800""#, .loneSurrogate, 7), (#""\uD800x""#, .loneSurrogate, 7),
            (#""\uD800\n""#, .loneSurrogate, 8), (#""\uD800\uD800""#, .loneSurrogate, 3),
            (#""\uD800\u0041""#, .loneSurrogate, 3), (#"{"\uDFFF":1}"#, .loneSurrogate, 4),
            ("-a", .invalidNumber, 1), ("[-]", .invalidNumber, 2), ("[1.]", .invalidNumber, 3),
            ("[1.e5]", .invalidNumber, 3),
            ("[1e]", .invalidNumber, 3), ("[1e+]", .invalidNumber, 4), ("[--1]", .invalidNumber, 2),
            ("[1e1.5]", .unexpectedByte, 4), ("[0x10]", .unexpectedByte, 2), ("[1_000]", .unexpectedByte, 2),
            ("tru", .invalidLiteral, 0), ("nul", .invalidLiteral, 0), ("fals", .invalidLiteral, 0),
            ("[nulL]", .invalidLiteral, 1), ("[falsy]", .invalidLiteral, 1), ("truely", .trailingBytes, 4),
        ]
    )
    func fault(text: String, reason: JSONError.Reason, offset: Int) throws {
        let error = try #require(refusal(of: text))
        #expect(error.reason == reason)
        #expect(error.offset == offset)
    }

    @Test("with a sentence for each fault, which holds nothing of the document")
    func sentences() throws {
        let error = try #require(refusal(of: #"{"password":"hunter2" x"#))
        #expect(error.description == "a byte stands where the grammar does not allow it (byte 22)")
        let sentences = JSONError.Reason.allCases.map { "\($0)" }
        #expect(Set(sentences).count == JSONError.Reason.allCases.count)
    }

    @Test("when it is a proper start of a document", arguments: 0..<40)
    func truncation(seed: UInt64) throws {
        let text = GeneratedDocument(seed: seed).text
        // What follows the last bracket is white space, without which the document is as whole.
        let bytes = Array(text.utf8)
        let end = try #require(bytes.lastIndex { $0 == 0x5D || $0 == 0x7D })
        #expect(refusal(of: bytes) == nil, "\(text)")
        let accepted = (0...end).filter { refusal(of: Array(bytes[..<$0])) == nil }
        #expect(accepted.isEmpty, "\(text)")
    }
}

@Suite("A string's bytes")
struct JSONUTF8Tests {
    private typealias Reason = JSONError.Reason

    @Test("are taken when they are UTF-8, wherever they stand to a vector's edge", arguments: 0x80...0xFF)
    func validation(lead: Int) {
        let others: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xE0]
        for second in others {
            for third in others {
                for fourth in others {
                    let sequence = [UInt8(lead), second, third, fourth]
                    let expected = String(validating: sequence, as: UTF8.self) != nil
                    let padding = [UInt8](repeating: 0x61, count: Int(second ^ third) % 20)
                    let document = [0x22] + padding + sequence + [0x22]
                    let error = refusal(of: document)
                    if expected != (error == nil) || (error != nil && error?.reason != .invalidUTF8) {
                        Issue.record("\(sequence): \(String(describing: error))")
                    }
                }
            }
        }
    }

    @Test(
        "are refused when the document ends within a character",
        arguments: [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98]])
    func cutShort(start: [UInt8]) {
        #expect(refusal(of: [0x22] + start)?.reason == .invalidUTF8)
        #expect(refusal(of: [0x22] + start + [0x22])?.reason == .invalidUTF8)
    }

    @Test("stop the scan where they must, at every distance from the start", arguments: 0...40)
    func marks(distance: Int) {
        let start = [0x22] + [UInt8](repeating: 0x7E, count: distance)
        for rest in 0...20 {
            let end = [UInt8](repeating: 0x20, count: rest) + [0x22]
            #expect(refusal(of: start + end) == nil)
            #expect(refusal(of: start + [0x7F] + end) == nil)
            for (byte, reason) in [
                (UInt8(0), Reason.controlCharacter), (0x1F, .controlCharacter), (0x80, .invalidUTF8),
            ] {
                let error = refusal(of: start + [byte] + end)
                #expect(error?.reason == reason && error?.offset == distance + 1)
            }
        }
    }
}
