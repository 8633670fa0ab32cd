import Bytes
import Testing

@testable import JSONSchema

@Suite("A pattern of ECMA-262")
struct ECMAPatternTests {
    private func matches(_ pattern: String, _ text: String) throws(PatternError) -> Bool {
        try Pattern(try ECMAPattern.translate(pattern)).matches(Array(text.utf8).span.raw)
    }

    private static let meanings: [(pattern: String, accepted: [String], refused: [String])] = [
        (#"^a$"#, ["a"], ["a\n", "ba", "A"]),
        (#"^.$"#, ["a", "é", "😀"], ["", "\n", "\r", "\u{2028}", "\u{2029}", "ab"]),
        (#"^\s$"#, [" ", "\t", "\u{B}", "\u{A0}", "\u{FEFF}", "\u{2003}", "\u{3000}"], ["", "\u{85}", "a"]),
        (#"^[^\S ]$"#, ["\t", "\u{A0}"], [" ", "a"]),
        (#"^\w\W\d\D$"#, ["a-1b", "_é9 "], ["é-1b", "a-\u{7C0}b"]),
        (#"^[\w\-.]+$"#, ["a-b.c"], ["a b"]),
        (#"^[\D]$"#, ["a", "\u{7C0}"], ["1"]),
        (#"^\cA\x41\u0042\u{43}\u{1F600}\uD83D\uDE00\0$"#, ["\u{1}ABC😀😀\0"], ["ABC"]),
        (#"^[\b]\/\^\$\\\.\*\+\?\(\)\[\]\{\}\|$"#, ["\u{8}/^$\\.*+?()[]{}|"], [""]),
        (#"^[^]$"#, ["\n", "a", "😀"], ["", "ab"]),
        (#"[]"#, [], ["", "a"]),
        (#"^(?:a|b){2,3}c*?d+?e??$"#, ["abd", "babcccddde"], ["ad", "ababd"]),
        (#"^(?<year>\d{4})-(?<month>\d\d)$"#, ["2026-01"], ["26-01"]),
        (#"\bcat\b"#, ["a cat!", "cat"], ["concat", "cats"]),
        (#"\Bcat"#, ["concat"], ["cat"]),
        (
            #"^\p{Lu}\p{Letter}\P{L}\p{gc=Nd}\p{Script=Greek}[\p{Ll}_][^\p{L}]$"#, ["Éé-٣αa1", "Aa 1Ω_-"],
            ["aé-٣αa1"]
        ),
        (#"^[+--]$"#, ["+", ",", "-"], [".", "*"]),
        (#"^[a-]$"#, ["a", "-"], ["b"]),
        (#"^[\ud7ff-\ue000]$"#, ["\u{D7FF}", "\u{E000}"], ["a"]),
        (#"a|"#, ["", "b"], []),
        (#"^[^a-c\d]$"#, ["d", "é"], ["a", "b", "5"]),
    ]

    @Test("means on RE2 what it means there", arguments: meanings)
    func meaning(pattern: String, accepted: [String], refused: [String]) throws {
        for text in accepted { #expect(try matches(pattern, text), "\(pattern) on \(text.debugDescription)") }
        for text in refused { #expect(try !matches(pattern, text), "\(pattern) on \(text.debugDescription)") }
    }

    @Test(
        "is refused when it needs backtracking, or what RE2 has not, though it is well-formed",
        arguments: [
            ("(?=a)b", "lookaround"), ("(?!a)b", "lookaround"), ("(?<=a+)b", "lookaround"), ("(?<!a)b", "lookaround"),
            (#"(a)\1"#, "backreference"), (#"\1(a)"#, "backreference"), (#"(?<n>a)\k<n>"#, "backreference"),
            (#"\uD800"#, "surrogate"), (#"\p{Emoji}"#, "\\p{Emoji}"), ("a{1001}", "1000 times"),
        ])
    func refused(pattern: String, reason: String) {
        #expect(ECMAPattern.isWellFormed(pattern))
        let error = #expect(throws: PatternError.self) { try ECMAPattern.translate(pattern) }
        guard case .refused(let text) = error else {
            Issue.record("\(pattern): \(String(describing: error))")
            return
        }
        #expect(text.contains(reason))
    }

    @Test(
        "is malformed",
        arguments: [
            "(", ")", "(?", "(?<", "(?<>a)", "(?<1>a)", "(?<n>a)(?<n>b)", "(?P<n>a)", "(?#c)", "(?i)a", "[", "[a", "]",
            "}",
            "{", "a{", "a{,2}", "a{2", "a{2,1}", "*", "a**", "+a", "^*", #"\b+"#, "(?=a)*", "(?<=a)?", "[b-a]",
            #"[\d-z]"#, #"[a-\w]"#, #"\"#, #"\a"#, #"\-"#, #"\c1"#, #"\x4"#, #"\u12"#, #"\u{}"#, #"\u{110000}"#,
            #"\u{41"#, #"\01"#, #"\p"#, #"\p{}"#, #"\p{L"#, #"\p{a=b=c}"#, #"\1"#, #"(a)\2"#, #"\k<n>"#, #"\k"#,
            String(repeating: "(", count: 200) + String(repeating: ")", count: 200),
        ])
    func malformed(pattern: String) {
        #expect(!ECMAPattern.isWellFormed(pattern))
        let error = #expect(throws: PatternError.self) { try ECMAPattern.translate(pattern) }
        guard case .malformed = error else {
            Issue.record("\(pattern): \(String(describing: error))")
            return
        }
    }

    @Test("is refused when its automaton takes more memory than one may have")
    func memory() {
        let error = #expect(throws: SchemaError.self) { try schema(#"{"pattern": "((a{100}){100}){100}"}"#) }
        #expect(error?.pointer == "/pattern")
    }
}
