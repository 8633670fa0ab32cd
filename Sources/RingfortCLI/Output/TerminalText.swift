/// Text for a terminal, which must not obey it.
enum TerminalText {
    /// The text with everything that steers a terminal or the direction of writing spelled as `\u{…}`.
    static func escaped(_ text: String) -> String {
        escaped(text) { "\\u{\(String($0.value, radix: 16))}" }
    }

    /// JSON text with the same characters as JSON's own escapes: it means what it meant.
    static func escapedJSON(_ text: String) -> String {
        escaped(text) { scalar in
            String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }

    private static func escaped(_ text: String, _ spelling: (Unicode.Scalar) -> String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if isUnsafe(scalar) { result += spelling(scalar) } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    /// Controls, and what reorders or hides the text around it (Unicode technical report 36).
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
