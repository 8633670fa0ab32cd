import TestSupport

/// Random documents that are valid, with white space, escapes and numbers written in every way that the grammar has.
struct GeneratedDocument {
    private var generator: SeededGenerator
    private(set) var text = ""

    /// An object or array, so that no proper start of it is a document.
    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        space()
        Bool.random(using: &generator) ? object(depth: 0) : array(depth: 0)
        space()
    }

    private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &generator) ?? "" }

    private mutating func space() { text += pick(["", "", "", " ", "\n", "\t", "\r\n  ", "                    "]) }

    private mutating func value(depth: Int) {
        space()
        switch Int.random(in: 0..<(depth < 5 ? 8 : 5), using: &generator) {
        case 0: text += pick(["null", "true", "false"])
        case 1, 2: number()
        case 3, 4: string(suffix: "")
        case 5, 6: object(depth: depth + 1)
        default: array(depth: depth + 1)
        }
        space()
    }

    private mutating func number() {
        text += pick(["", "-"]) + pick(["0", "7", "10", "120934", "9223372036854775807", "18446744073709551616"])
        text += pick(["", "", ".0", ".5", ".000001", ".12345678901234567890"])
        text += pick(["", "", "e0", "E+3", "e-12", "e22", "E-308"])
    }

    private mutating func string(suffix: String) {
        text += "\""
        for _ in 0..<Int.random(in: 0..<8, using: &generator) {
            text += pick([
                "a", "plain text", "sixteen letters!", "é", "漢字", "😀", "\u{7F}", "\u{9F}", "\u{2028}", "\u{FFFF}",
                #"\""#, #"\\"#, #"\/"#, #"\b\f\n\r\t"#, #"\u0000"#, #"\u001f"#, #"\u00e9"#, #"\uD83D\uDE00"#,
                #"\uffff"#,
            ])
        }
        text += suffix + "\""
    }

    private mutating func object(depth: Int) {
        text += "{"
        space()
        for index in 0..<count(atDepth: depth) {
            if index > 0 { text += "," }
            space()
            string(suffix: "\(index)")
            space()
            text += ":"
            value(depth: depth)
        }
        text += "}"
    }

    private mutating func array(depth: Int) {
        text += "["
        space()
        for index in 0..<count(atDepth: depth) {
            if index > 0 { text += "," }
            value(depth: depth)
        }
        text += "]"
    }

    private mutating func count(atDepth depth: Int) -> Int {
        // Now and then an object beyond the size up to which names are compared one by one.
        if depth == 1 && Int.random(in: 0..<8, using: &generator) == 0 { return 40 }
        return Int.random(in: 0..<5, using: &generator)
    }
}
