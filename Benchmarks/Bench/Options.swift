/// The options of a subcommand: names with a value each, as `--rounds 7`.
struct Options {
    private var values: [String: String] = [:]

    /// Whether `--help` was asked for.
    private(set) var wantsHelp = false

    /// - Throws: `BenchError.usage` for a name that is not in `known`, one without a value, or one that comes twice.
    init(_ arguments: ArraySlice<String>, known: Set<String>) throws(BenchError) {
        var rest = arguments
        while let name = rest.popFirst() {
            if name == "--help" || name == "-h" {
                wantsHelp = true
                continue
            }
            guard known.contains(name) else { throw .usage("there is no option '\(name)'") }
            guard let value = rest.popFirst() else { throw .usage("\(name) needs a value") }
            guard values.updateValue(value, forKey: name) == nil else { throw .usage("\(name) stands twice") }
        }
    }

    /// The value of `name`, where it was given.
    func text(_ name: String) -> String? { values[name] }

    /// The value of `name` as a number in `range`, or `standard`.
    func number(_ name: String, in range: ClosedRange<Int>, standard: Int) throws(BenchError) -> Int {
        guard let text = values[name] else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw .usage("\(name) needs a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    /// The value of `name` as one of a set of names, or nil where it was not given.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(BenchError) -> Choice? {
        guard let text = values[name] else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let names = type.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("\(name) is one of \(names), not '\(text)'")
        }
        return choice
    }
}
