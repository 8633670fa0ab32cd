/// What stands in brackets (ECMA-262, CharacterClass).
extension ECMAPattern {
    /// Parses what follows an opening bracket.
    mutating func parseClass() throws(PatternError) {
        let isNegated = take("^")
        var ranges = ScalarRanges()
        var properties = ""
        while !take("]") {
            let first = try parseClassAtom()
            guard take("-") else {
                add(first, to: &ranges, &properties)
                continue
            }
            guard peek != "]" else {
                add(first, to: &ranges, &properties)
                ranges.insert(0x2D...0x2D)
                continue
            }
            guard case .scalar(let low) = first, case .scalar(let high) = try parseClassAtom() else {
                throw .malformed("a range in brackets begins or ends in a class")
            }
            guard low <= high else { throw .malformed("a range in brackets is out of order") }
            ranges.insert(low...high)
        }
        emit(ranges, properties, isNegated: isNegated)
    }

    private mutating func add(_ atom: ClassEscape, to ranges: inout ScalarRanges, _ properties: inout String) {
        switch atom {
        case .ranges(let others): ranges.insert(others)
        case .property(let spelling): properties += spelling
        case .scalar(let value): ranges.insert(value...value)
        }
    }

    private mutating func parseClassAtom() throws(PatternError) -> ClassEscape {
        guard let scalar = next() else { throw .malformed("a bracket is not closed") }
        guard scalar == "\\" else { return .scalar(scalar.value) }
        // In brackets \b is the backspace, and a hyphen may be escaped.
        if take("b") { return .scalar(0x08) }
        if take("-") { return .scalar(0x2D) }
        return try parseClassEscape()
    }

    private mutating func emit(_ ranges: ScalarRanges, _ properties: String, isNegated: Bool) {
        guard isTranslated else { return }
        guard properties.isEmpty else { return emit("[\(isNegated ? "^" : "")\(ranges.spelling)\(properties)]") }
        let members = isNegated ? ranges.complement : ranges.withoutSurrogates
        // Brackets can't be empty in RE2; what matches nothing is what is not any character.
        emit(members.isEmpty ? "[^\\x{0}-\\x{10FFFF}]" : "[\(members.spelling)]")
    }
}

/// A set of code points, as ranges in order.
struct ScalarRanges: Equatable {
    private var ranges: [ClosedRange<UInt32>] = []

    static let digits = ScalarRanges(0x30...0x39)
    static let wordCharacters = ScalarRanges(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
    /// ECMA-262's WhiteSpace and LineTerminator.
    static let whiteSpace = ScalarRanges(
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF)
    static let nonDigits = digits.complement
    static let nonWordCharacters = wordCharacters.complement
    static let nonWhiteSpace = whiteSpace.complement
    private static let surrogates: ClosedRange<UInt32> = 0xD800...0xDFFF

    init(_ ranges: ClosedRange<UInt32>...) { self.ranges = ranges }

    var isEmpty: Bool { ranges.isEmpty }

    mutating func insert(_ range: ClosedRange<UInt32>) {
        var merged = range
        var kept: [ClosedRange<UInt32>] = []
        for other in ranges {
            // Neighbours merge too.
            if other.upperBound + 1 < merged.lowerBound || merged.upperBound + 1 < other.lowerBound {
                kept.append(other)
            } else {
                merged = min(merged.lowerBound, other.lowerBound)...max(merged.upperBound, other.upperBound)
            }
        }
        let place = kept.firstIndex { $0.lowerBound > merged.upperBound } ?? kept.count
        kept.insert(merged, at: place)
        ranges = kept
    }

    mutating func insert(_ others: ScalarRanges) { for range in others.ranges { insert(range) } }

    /// All other characters; surrogates, which are none, are in neither set.
    var complement: ScalarRanges {
        var full = self
        full.insert(Self.surrogates)
        var result = ScalarRanges()
        var start: UInt32 = 0
        for range in full.ranges {
            if start < range.lowerBound { result.ranges.append(start...range.lowerBound - 1) }
            start = range.upperBound + 1
        }
        if start <= 0x10FFFF { result.ranges.append(start...0x10FFFF) }
        return result
    }

    var withoutSurrogates: ScalarRanges { complement.complement }

    /// The set as it stands between brackets in RE2.
    var spelling: String {
        ranges.map { range in
            let first = Self.escaped(range.lowerBound)
            return range.count == 1 ? first : "\(first)-\(Self.escaped(range.upperBound))"
        }.joined()
    }

    /// A code point in RE2's words: letters and digits as they are.
    static func escaped(_ value: UInt32) -> String {
        if let scalar = Unicode.Scalar(value), scalar.isASCII, scalar.properties.isAlphabetic || value &- 0x30 < 10 {
            return String(Character(scalar))
        }
        return "\\x{\(String(value, radix: 16))}"
    }
}
