/// What a backslash begins (ECMA-262, CharacterEscape and CharacterClassEscape).
extension ECMAPattern {
    /// Parses what follows a backslash outside a class; true when it may be repeated.
    mutating func parseEscape() throws(PatternError) -> Bool {
        if take("b") {
            emit("\\b")
            return false
        }
        if take("B") {
            emit("\\B")
            return false
        }
        if take("k") {
            try parseNamedBackreference()
            return true
        }
        if let digit = peek, digit.value &- 0x31 < 9 {
            parseBackreference()
            return true
        }
        switch try parseClassEscape() {
        case .ranges(let ranges): emit("[\(ranges.spelling)]")
        case .property(let spelling): emit(spelling)
        case .scalar(let value): emit(character: value)
        }
        return true
    }

    /// What an escape stands for that may stand in a class as well as outside.
    enum ClassEscape {
        case ranges(ScalarRanges)
        /// A property, spelled as RE2 has it.
        case property(String)
        /// A code point, or half of a surrogate pair.
        case scalar(UInt32)
    }

    mutating func parseClassEscape() throws(PatternError) -> ClassEscape {
        guard let letter = next() else { throw .malformed("it ends in a backslash") }
        switch letter {
        case "d": return .ranges(.digits)
        case "D": return .ranges(.nonDigits)
        case "w": return .ranges(.wordCharacters)
        case "W": return .ranges(.nonWordCharacters)
        case "s": return .ranges(.whiteSpace)
        case "S": return .ranges(.nonWhiteSpace)
        case "p": return .property(try parseProperty(isNegated: false))
        case "P": return .property(try parseProperty(isNegated: true))
        default: return .scalar(try parseCharacterEscape(letter))
        }
    }

    private mutating func parseCharacterEscape(_ letter: Unicode.Scalar) throws(PatternError) -> UInt32 {
        switch letter {
        case "t": return 0x09
        case "n": return 0x0A
        case "v": return 0x0B
        case "f": return 0x0C
        case "r": return 0x0D
        case "c":
            guard let control = next()?.value, (control | 0x20) &- 0x61 < 26 else {
                throw .malformed("\\c needs a letter")
            }
            return control & 0x1F
        case "0":
            guard (peek?.value ?? 0) &- 0x30 > 9 else { throw .malformed("an octal escape is none of Unicode mode") }
            return 0
        case "x": return try parseHexDigits(2)
        case "u": return try parseUnicodeEscape()
        case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/": return letter.value
        default: throw .malformed("\\ stands before a character that has no such escape in Unicode mode")
        }
    }

    private mutating func parseUnicodeEscape() throws(PatternError) -> UInt32 {
        guard take("{") else {
            let unit = try parseHexDigits(4)
            guard unit & 0xFC00 == 0xD800, take("\\u") else { return unit }
            let second = try parseHexDigits(4)
            guard second & 0xFC00 == 0xDC00 else { throw .malformed("a surrogate is followed by no second half") }
            return 0x10000 + (unit & 0x3FF) << 10 + second & 0x3FF
        }
        var value: UInt32 = 0
        var count = 0
        while let digit = peek.flatMap({ $0.hexDigitValue }) {
            _ = next()
            value = value << 4 | digit
            count += 1
            guard value <= 0x10FFFF else { throw .malformed("a code point is out of Unicode") }
        }
        guard count > 0, take("}") else { throw .malformed("\\u{ is not closed, or empty") }
        return value
    }

    private mutating func parseHexDigits(_ count: Int) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = next().flatMap({ $0.hexDigitValue }) else {
                throw .malformed("an escape lacks hexadecimal digits")
            }
            value = value << 4 | digit
        }
        return value
    }

    /// Parses what follows `\p`, and spells it as RE2 has it.
    private mutating func parseProperty(isNegated: Bool) throws(PatternError) -> String {
        guard take("{") else { throw .malformed("\\p needs a property in braces") }
        var text = ""
        while !take("}") {
            guard let scalar = next(), scalar.isPropertyText else { throw .malformed("a property's name is malformed") }
            text.unicodeScalars.append(scalar)
        }
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy({ !$0.isEmpty }), (1...2).contains(parts.count) else {
            throw .malformed("a property's name is malformed")
        }
        guard let name = UnicodeProperty.re2Name(parts) else {
            refuse("the property \\p{\(text)} is not among those that can be matched")
            return "\\pL"
        }
        return "\\\(isNegated ? "P" : "p"){\(name)}"
    }

    /// Writes a code point; half of a surrogate pair stands in no UTF-8.
    mutating func emit(character value: UInt32) {
        guard let scalar = Unicode.Scalar(value) else {
            return refuse("it asks for half of a surrogate pair, which no JSON text holds")
        }
        emit(literal: scalar)
    }
}

extension Unicode.Scalar {
    /// Whether it may stand in a property's name or value, or between them.
    fileprivate var isPropertyText: Bool {
        isASCII && (properties.isAlphabetic || self == "_" || self == "=" || value &- 0x30 < 10)
    }

    fileprivate var hexDigitValue: UInt32? {
        isASCII ? Character(self).hexDigitValue.map { UInt32($0) } : nil
    }
}
