/// Turns an option's text into its value, and says in words what text it takes.
struct ValueParser<Value>: Sendable {
    /// What is wanted, as it follows "is not": `a whole number from 1 to 256`.
    let wanted: String
    /// What the value looks like in a configuration file.
    let form: FileForm
    /// The value of a text, or nil when the text is not what is wanted.
    let parse: @Sendable (String) -> Value?
    /// A text that would parse to the value; nil when there is none to show.
    let describe: @Sendable (Value) -> String?

    init(
        wanted: String, form: FileForm = .text, parse: @escaping @Sendable (String) -> Value?,
        describe: @escaping @Sendable (Value) -> String?
    ) {
        self.wanted = wanted
        self.form = form
        self.parse = parse
        self.describe = describe
    }

    /// The same for an option that may be left out.
    var optional: ValueParser<Value?> {
        ValueParser<Value?>(wanted: wanted, form: form) { text in
            parse(text).map(Optional.some)
        } describe: { value in
            value.flatMap(describe)
        }
    }
}

extension ValueParser where Value == String {
    /// Any text but none.
    static var text: Self {
        Self(wanted: "a text of at least one character", parse: { $0.isEmpty ? nil : $0 }, describe: { $0 })
    }

    /// A text in one line, such as a path: a control character in one is never meant.
    static var line: Self {
        Self(wanted: "a text of at least one character and no control characters") { text in
            let isLine = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            return isLine && !text.isEmpty ? text : nil
        } describe: {
            $0
        }
    }

    /// Printable ASCII, which a header can carry.
    static var printableASCII: Self {
        Self(wanted: "a text of 1 to 128 printable ASCII characters") { text in
            let isPrintable = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
            return isPrintable && (1...128).contains(text.utf8.count) ? text : nil
        } describe: {
            $0
        }
    }
}

extension ValueParser where Value: FixedWidthInteger & Sendable {
    /// A whole number in decimal digits, nothing else: no sign, no spaces, no unit.
    static func wholeNumber(_ range: ClosedRange<Value>) -> Self {
        Self(
            wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            form: .wholeNumber(Int64(clamping: range.lowerBound)...Int64(clamping: range.upperBound))
        ) { text in
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
        return Self(wanted: "one of \(words.joined(separator: ", "))", form: .word(words)) { text in
            Value.allCases.first { spelling($0).lowercased() == text.lowercased() }
        } describe: { value in
            spelling(value)
        }
    }
}
