/// Turns an option's text into its value, and says in words what text it takes.
struct ValueParser<Value>: Sendable {
    /// What is wanted, as it follows "is not": `a whole number from 1 to 256`.
    let wanted: String
    /// The value of a text, or nil when the text is not what is wanted.
    let parse: @Sendable (String) -> Value?
    /// A text that would parse to the value; nil when there is none to show.
    let describe: @Sendable (Value) -> String?

    init(
        wanted: String, parse: @escaping @Sendable (String) -> Value?,
        describe: @escaping @Sendable (Value) -> String?
    ) {
        self.wanted = wanted
        self.parse = parse
        self.describe = describe
    }

    /// The same for an option that may be left out.
    var optional: ValueParser<Value?> {
        ValueParser<Value?>(wanted: wanted) { text in
            parse(text).map(Optional.some)
        } describe: { value in
            value.flatMap(describe)
        }
    }
}

extension ValueParser where Value == String {
    /// Any text but none, such as a path.
    static var text: Self {
        Self(wanted: "a text of at least one character", parse: { $0.isEmpty ? nil : $0 }, describe: { $0 })
    }
}

extension ValueParser where Value: FixedWidthInteger & Sendable {
    /// A whole number in decimal digits, nothing else: no sign, no spaces, no unit.
    static func wholeNumber(_ range: ClosedRange<Value>) -> Self {
        Self(wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            let isDecimal = text.utf8.allSatisfy { $0 &- 0x30 < 10 }
            guard isDecimal, let value = Value(text), range.contains(value) else { return nil }
            return value
        } describe: {
            "\($0)"
        }
    }
}

extension ValueParser where Value: CaseIterable & Sendable {
    /// One of a few words, in upper or lower case.
    static func oneOf(_ spelling: @escaping @Sendable (Value) -> String) -> Self {
        let words = Value.allCases.map(spelling)
        return Self(wanted: "one of \(words.joined(separator: ", "))") { text in
            Value.allCases.first { spelling($0).lowercased() == text.lowercased() }
        } describe: { value in
            spelling(value)
        }
    }
}
