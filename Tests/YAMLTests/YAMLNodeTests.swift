import Bytes
import Testing

@testable import YAML

private func parse(_ text: String, _ limits: YAMLLimits = YAMLLimits()) throws(YAMLError) -> YAMLNode {
    try YAMLNode(parsing: Array(text.utf8).span.raw, limits: limits)
}

/// The node without its places, in flow style: texts in quotes.
private func spelled(_ node: YAMLNode) -> String {
    switch node.content {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let text): text
    case .string(let text): "'\(text)'"
    case .sequence(let elements): "[\(elements.map(spelled).joined(separator: ", "))]"
    case .mapping(let members): "{\(members.map { "\($0.key): \(spelled($0.value))" }.joined(separator: ", "))}"
    }
}

@Suite("A YAML document")
struct YAMLNodeTests {
    @Test("knows where each of its keys and values stands")
    func positions() throws {
        let node = try parse("# settings\nlimits:\n  connections: 10\n  names: [a,\n    'é', ü, b]\n")
        guard case .mapping(let root) = node.content, case .mapping(let limits) = root[0].value.content,
            case .sequence(let names) = limits[1].value.content
        else {
            Issue.record("it is read as \(spelled(node))")
            return
        }
        #expect(root[0].keyPosition == YAMLPosition(line: 2, column: 1))
        #expect(limits[0].keyPosition == YAMLPosition(line: 3, column: 3))
        #expect(limits[0].value.position == YAMLPosition(line: 3, column: 16))
        #expect(limits[1].value.position == YAMLPosition(line: 4, column: 10))
        // Columns count characters, not bytes.
        #expect(
            names.map(\.position) == [(4, 11), (5, 5), (5, 10), (5, 13)].map { YAMLPosition(line: $0, column: $1) })
    }

    @Test(
        "has the values of YAML 1.2",
        arguments: [
            ("", "null"), ("# nothing\n", "null"), ("---\n", "null"), ("---\na: 1\n...\n", "{a: 1}"),
            ("{a: , b: ~, c: null, d: NULL}", "{a: null, b: null, c: null, d: null}"),
            ("[true, True, FALSE]", "[true, true, false]"),
            // Truth values, times and numbers of YAML 1.1 only.
            ("[no, No, on, off, yes, y, N]", "['no', 'No', 'on', 'off', 'yes', 'y', 'N']"),
            ("[12:30, 20:40, 1_000, 0b11, 2026-11-24]", "['12:30', '20:40', '1_000', '0b11', '2026-11-24']"),
            ("[0, -0, 12, -3.5, 1e9, 2E-3, 0.10]", "[0, -0, 12, -3.5, 1e9, 2E-3, 0.10]"),
            ("[1.2.3, 1e, e5, 0x, 0xg, inf, 'nan']", "['1.2.3', '1e', 'e5', '0x', '0xg', 'inf', 'nan']"),
            ("['12', \"true\", 'null', \"\"]", "['12', 'true', 'null', '']"),
            ("a: |\n  two\n  lines\nb: >\n  one\n  line\n", "{a: 'two\nlines\n', b: 'one line\n'}"),
            ("\"\\u00e9\\x41\\0\"", "'éA\0'"), ("\u{FEFF}a: 1", "{a: 1}"), ("1: a\ntrue: b", "{1: 'a', true: 'b'}"),
            ("'<<': 1", "{<<: 1}"), ("http://[::1]:80/", "'http://[::1]:80/'"), ("a: b#c # d", "{a: 'b#c'}"),
            ("a:\r\n  b: 1\r\n", "{a: {b: 1}}"),
        ]
    )
    func values(text: String, expected: String) throws {
        #expect(spelled(try parse(text)) == expected)
    }

    @Test(
        "is refused where it could surprise, at its place",
        arguments: [
            ("a: 1\nb: &x 2\n", 2, 4, .alias), ("a: *x\n", 1, 4, .alias), ("&x a: 1", 1, 1, .alias),
            ("*x : 1", 1, 1, .alias), ("a: &x\n  b: 1", 1, 4, .alias), ("a: &x [1]", 1, 4, .alias),
            ("a: !!str 1", 1, 4, .tag), ("a: ! 1", 1, 4, .tag), ("a: !!map {}", 1, 4, .tag), ("!!str a: 1", 1, 1, .tag),
            ("a: !x []", 1, 4, .tag), ("%YAML 1.1\n---\na: 1", 1, 1, .directive),
            ("%TAG ! tag:x,2026:\n---\na: 1", 1, 1, .directive), ("a: 1\n<<: {b: 2}", 2, 1, .mergeKey),
            ("? [a]\n: 1", 1, 3, .collectionKey), ("{a: 1}: 1", 1, 1, .collectionKey),
            ("a: 1\nb: 2\n'a': 3", 3, 1, .duplicateKey("a")), ("x: {b: 1, b: 1}", 1, 11, .duplicateKey("b")),
            ("a: 1\n---\nb: 2", 2, 1, .severalDocuments), ("a: 1\n...\n---\nb: 2", 3, 1, .severalDocuments),
            ("a: 010", 1, 4, .ambiguousNumber("010")), ("a: +5", 1, 4, .ambiguousNumber("+5")),
            ("- 0x1F", 1, 3, .ambiguousNumber("0x1F")), ("- 0o17", 1, 3, .ambiguousNumber("0o17")),
            ("- .5", 1, 3, .ambiguousNumber(".5")), ("- 5.", 1, 3, .ambiguousNumber("5.")),
            ("- -.inf", 1, 3, .ambiguousNumber("-.inf")), ("- .NaN", 1, 3, .ambiguousNumber(".NaN")),
            ("- -010.5e1", 1, 3, .ambiguousNumber("-010.5e1")),
        ] as [(String, Int, Int, YAMLError.Reason)]
    )
    func refused(text: String, line: Int, column: Int, reason: YAMLError.Reason) {
        let position = YAMLPosition(line: line, column: column)
        #expect(throws: YAMLError(reason, at: position)) { try parse(text) }
    }

    @Test(
        "is refused where it is no YAML, at the line of the fault",
        arguments: [
            ("a: 1\n\tb: 2\n", 2), ("a: [1, 2\n", 2), ("a: 'text\n", 2), ("a: 1\n b: 2\n", 2), ("a: b: c", 1),
            ("a: \"\\q\"", 1), ("a: \"\\ud800\"", 1), ("- 1\nb: 2", 2), ("a: @b", 1), ("a: `b`", 1), ("{a: 1", 2),
            ("}", 1), ("a: 1\n...\nb: 2", 3), ("%", 1), ("a\nb: 1", 2),
        ]
    )
    func syntax(text: String, line: Int) throws {
        let error = #expect(throws: YAMLError.self) { try parse(text) }
        guard case .syntax(let words) = error?.reason else {
            Issue.record("refused for another reason: \(String(describing: error))")
            return
        }
        #expect(!words.isEmpty && error?.position.line == line)
    }

    @Test(
        "is refused where it is no text in UTF-8, at the byte",
        arguments: [
            (Array("a: 1\nb: ".utf8) + [0xFF], 2, 4), (Array("é: ".utf8) + [0xC0, 0x80], 1, 4),
            (Array("a: ".utf8) + [0xED, 0xA0, 0x80], 1, 4), (Array("a: ".utf8) + [0xE2, 0x82], 1, 4),
            (Array("a: \0".utf8), 1, 4), (Array("a: \u{1B}[2J".utf8), 1, 4), (Array("a: \u{7F}".utf8), 1, 4),
            ([0xFF, 0xFE, 0x61, 0x00], 1, 1), ([0x61, 0x00], 1, 2), ([0xF4, 0x90, 0x80, 0x80], 1, 1),
        ] as [([UInt8], Int, Int)]
    )
    func encoding(bytes: [UInt8], line: Int, column: Int) {
        let error = #expect(throws: YAMLError.self) { try YAMLNode(parsing: bytes.span.raw) }
        guard case .encoding(let words) = error?.reason else {
            Issue.record("refused for another reason: \(String(describing: error))")
            return
        }
        #expect(!words.isEmpty && error?.position == YAMLPosition(line: line, column: column))
    }

    @Test("is bounded in depth, whatever its style")
    func depth() throws {
        let limits = YAMLLimits(depth: 3)
        #expect(spelled(try parse("[[[1]]]", limits)) == "[[[1]]]")
        #expect(throws: YAMLError(.tooDeep(limit: 3), at: YAMLPosition(line: 1, column: 4))) {
            try parse("[[[[1]]]]", limits)
        }
        #expect(throws: YAMLError(.tooDeep(limit: 3), at: YAMLPosition(line: 1, column: 7))) {
            try parse("- - - - 1", limits)
        }
        #expect(throws: YAMLError(.tooDeep(limit: 3), at: YAMLPosition(line: 4, column: 4))) {
            try parse("a:\n b:\n  c:\n   d: 1", limits)
        }
        #expect(throws: YAMLError.self) { try parse(String(repeating: "[", count: 200_000)) }
        #expect(throws: YAMLError.self) { try parse(String(repeating: "{a: ", count: 50_000)) }
        #expect(YAMLLimits(depth: 1_000_000).depth == 64)
    }

    @Test("is bounded in length, to the byte")
    func length() throws {
        let limits = YAMLLimits(documentBytes: 8)
        #expect(spelled(try parse("abcdefgh", limits)) == "'abcdefgh'")
        #expect(throws: YAMLError(.tooLarge(limit: 8), at: YAMLPosition(line: 1, column: 1))) {
            try parse("abcdefghi", limits)
        }
    }

    @Test("does not laugh a billion times")
    func billionLaughs() {
        let text = "a: &a [lol, lol]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"
        #expect(throws: YAMLError(.alias, at: YAMLPosition(line: 1, column: 4))) { try parse(text) }
    }

    @Test("says what to do about a fault")
    func words() {
        let error = YAMLError(.duplicateKey("a"), at: YAMLPosition(line: 3, column: 1))
        #expect("\(error)" == "3:1: 'a' is given twice; leave one out")
    }
}
