/// A regular expression of ECMA-262 in its Unicode mode (the `u` flag), read strictly and said again in RE2's words.
///
/// The two languages share most spellings but not their meaning: `.`, `\s`, `$`, `\cX`, `[^]` and others are replaced
/// by what they stand for. Groups capture nothing, since only whether it matches is asked. What needs backtracking
/// (lookaround and backreferences) is well-formed here and refused as a `pattern`.
struct ECMAPattern {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    /// The pattern in RE2's words, so far; nothing where only its form is asked for.
    private(set) var output: [UInt8] = []
    let isTranslated: Bool
    /// The first thing in it that RE2 can't do.
    private(set) var refusal: String?

    private var groupCount = 0
    private var groupNames: Set<String> = []
    private var greatestBackreference = 0
    private var namedBackreferences: Set<String> = []

    /// The pattern in RE2's words.
    static func translate(_ text: String) throws(PatternError) -> [UInt8] {
        let pattern = try ECMAPattern(parsing: text, isTranslated: true)
        if let refusal = pattern.refusal { throw .refused(refusal) }
        return pattern.output
    }

    /// Whether the text is a regular expression of ECMA-262, whether or not it can be used as a `pattern`. O(n²) in the
    /// members of a class.
    static func isWellFormed(_ text: String) -> Bool {
        (try? ECMAPattern(parsing: text, isTranslated: false)) != nil
    }

    private init(parsing text: String, isTranslated: Bool) throws(PatternError) {
        self.isTranslated = isTranslated
        scalars = Array(text.unicodeScalars)
        try parseDisjunction()
        guard peek == nil else { throw .malformed("a closing parenthesis has no opening one") }
        guard greatestBackreference <= groupCount, namedBackreferences.isSubset(of: groupNames) else {
            throw .malformed("a backreference leads to no group")
        }
    }

    private static let greatestDepth = 100
    private static let greatestRepetition = 1000
}

// MARK: - Reading

extension ECMAPattern {
    var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func next() -> Unicode.Scalar? {
        guard position < scalars.count else { return nil }
        position += 1
        return scalars[position - 1]
    }

    /// Takes `text` if it comes next.
    mutating func take(_ text: String) -> Bool {
        guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    mutating func emit(_ text: @autoclosure () -> String) { if isTranslated { output += text().utf8 } }

    /// Notes what only another engine could do; the pattern is read on for errors.
    mutating func refuse(_ reason: String) { if refusal == nil { refusal = reason } }
}

// MARK: - Terms

extension ECMAPattern {
    private mutating func parseDisjunction() throws(PatternError) {
        depth += 1
        guard depth <= Self.greatestDepth else { throw .malformed("its groups are nested too deeply") }
        while let scalar = peek, scalar != ")" {
            if scalar == "|" {
                position += 1
                emit("|")
            } else {
                try parseTerm()
            }
        }
        depth -= 1
    }

    private mutating func parseTerm() throws(PatternError) {
        let isRepeatable = try parseAtomOrAssertion()
        guard let (least, greatest) = try parseQuantifier() else { return }
        guard isRepeatable else { throw .malformed("a quantifier follows what can't be repeated") }
        guard max(least, greatest ?? 0) <= Self.greatestRepetition else {
            return refuse("it repeats something more than \(Self.greatestRepetition) times")
        }
        switch (least, greatest) {
        case (0, nil): emit("*")
        case (1, nil): emit("+")
        case (0, 1): emit("?")
        case (_, nil): emit("{\(least),}")
        case (_, let greatest?): emit(least == greatest ? "{\(least)}" : "{\(least),\(greatest)}")
        }
    }

    /// Parses one of them; true when it may be repeated.
    private mutating func parseAtomOrAssertion() throws(PatternError) -> Bool {
        guard let scalar = next() else { return false }
        switch scalar {
        case "^":
            emit("\\A")
            return false
        case "$":
            emit("\\z")
            return false
        case "(": return try parseGroup()
        case ".": emit("[^\\n\\r\\x{2028}\\x{2029}]")
        case "[": try parseClass()
        case "\\": return try parseEscape()
        case "*", "+", "?", "{": throw .malformed("a quantifier has nothing to repeat")
        case "]", "}": throw .malformed("a closing bracket has no opening one")
        default: emit(literal: scalar)
        }
        return true
    }

    /// Parses what follows an opening parenthesis.
    private mutating func parseGroup() throws(PatternError) -> Bool {
        var isRepeatable = true
        if take("?=") || take("?!") || take("?<=") || take("?<!") {
            refuse("lookaround needs backtracking, which takes no bounded time")
            isRepeatable = false
        } else if take("?<") {
            groupCount += 1
            let name = try parseGroupName()
            guard groupNames.insert(name).inserted else { throw .malformed("two groups have the same name") }
        } else if !take("?:") {
            guard peek != "?" else { throw .malformed("a group begins in a way that ECMA-262 does not know") }
            groupCount += 1
        }
        emit("(?:")
        try parseDisjunction()
        guard take(")") else { throw .malformed("a group is not closed") }
        emit(")")
        return isRepeatable
    }

    private mutating func parseGroupName() throws(PatternError) -> String {
        var name = ""
        while let scalar = next(), scalar != ">" {
            let properties = scalar.properties
            guard scalar == "$" || scalar == "_" || (name.isEmpty ? properties.isIDStart : properties.isIDContinue)
            else {
                throw .malformed("a group's name is malformed")
            }
            name.unicodeScalars.append(scalar)
        }
        guard !name.isEmpty, scalars[position - 1] == ">" else { throw .malformed("a group's name is malformed") }
        return name
    }

    /// The bounds of a quantifier, if one follows. Whether it is lazy makes no difference to whether there is a match.
    private mutating func parseQuantifier() throws(PatternError) -> (least: Int, greatest: Int?)? {
        let bounds: (Int, Int?)
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if take("{") {
            bounds = try parseBraces()
        } else {
            return nil
        }
        _ = take("?")
        return bounds
    }

    private mutating func parseBraces() throws(PatternError) -> (Int, Int?) {
        guard let least = parseInteger() else { throw .malformed("a quantifier's braces hold no number") }
        var greatest: Int? = least
        if take(",") { greatest = parseInteger() }
        guard take("}") else { throw .malformed("a quantifier's braces are not closed") }
        if let greatest, greatest < least { throw .malformed("a quantifier's bounds are out of order") }
        return (least, greatest)
    }

    /// The decimal number that comes next, if one does; what is large beyond use is brought near.
    mutating func parseInteger() -> Int? {
        var value: Int?
        while let digit = peek?.value, digit &- 0x30 < 10 {
            value = min((value ?? 0) * 10 + Int(digit - 0x30), 1 << 32)
            position += 1
        }
        return value
    }
}

// MARK: - References to groups

extension ECMAPattern {
    /// Parses the number behind a backslash.
    mutating func parseBackreference() {
        greatestBackreference = max(greatestBackreference, parseInteger() ?? 0)
        refuse("a backreference needs backtracking, which takes no bounded time")
    }

    /// Parses what follows `\k`.
    mutating func parseNamedBackreference() throws(PatternError) {
        guard take("<") else { throw .malformed("a named backreference has no name") }
        namedBackreferences.insert(try parseGroupName())
        refuse("a backreference needs backtracking, which takes no bounded time")
    }

    /// Writes one character that stands for itself.
    mutating func emit(literal scalar: Unicode.Scalar) {
        emit(ScalarRanges.escaped(scalar.value))
    }
}
