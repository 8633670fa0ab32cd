/// What a plain scalar stands for: the core schema of YAML 1.2 (section 10.3), but numbers in JSON's spelling alone.
///
/// The core schema has more numbers; those are what readers disagree on: `010` is ten there, and eight in YAML 1.1. They
/// are refused rather than guessed at.
enum YAMLScalar {
    /// The value of a plain scalar; nil when it is a number in a spelling that is not taken.
    static func content(ofPlain text: String) -> YAMLNode.Content? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        var number = NumberSpelling(text)
        switch number.kind() {
        case .json: return .number(text)
        case .other: return nil
        case .none: return .string(text)
        }
    }
}

/// Tells numbers from texts.
private struct NumberSpelling {
    enum Kind {
        case json, other, none
    }

    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    mutating func kind() -> Kind {
        let minus = take("-")
        let plus = !minus && take("+")
        if isSpecial { return .other }
        if !minus && !plus && isPrefixed { return .other }
        let whole = takeDigits()
        let hasLeadingZero = whole.count > 1 && whole.first == 0x30
        let point = take(".")
        let fraction = point ? takeDigits().count : 0
        guard !whole.isEmpty || fraction > 0, takeExponent(), rest.isEmpty else { return .none }
        let isJSON = !plus && !whole.isEmpty && !hasLeadingZero && (!point || fraction > 0)
        return isJSON ? .json : .other
    }

    /// Infinity, or not a number.
    private var isSpecial: Bool {
        let word = String(Substring(rest))
        return [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(word)
    }

    /// Octal or hexadecimal.
    private var isPrefixed: Bool {
        guard rest.starts(with: "0o".utf8) || rest.starts(with: "0x".utf8) else { return false }
        let digits = rest.dropFirst(2)
        return !digits.isEmpty && digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func takeDigits() -> Substring.UTF8View {
        let digits = rest.prefix { $0 &- 0x30 < 10 }
        rest = rest[digits.endIndex...]
        return digits
    }

    /// Takes an exponent, if there is one; false for one without digits.
    private mutating func takeExponent() -> Bool {
        guard take("e") || take("E") else { return true }
        _ = take("-") || take("+")
        return !takeDigits().isEmpty
    }
}
