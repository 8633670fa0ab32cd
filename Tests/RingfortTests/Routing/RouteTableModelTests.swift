import Bytes
import HTTPWire
import TestSupport
import Testing

@testable import Ringfort

@Suite("A route table, against a model that tries every pattern")
struct RouteTableModelTests {
    /// Few letters and short patterns, so that fixed segments and parameters shadow one another all the time.
    @Test("finds what the model finds", arguments: 0..<40)
    func agrees(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var patterns: [[String]] = []
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            let pattern = segments(&random, alphabet: ["a", "b", "c", ":"])
            if !patterns.contains(pattern) { patterns.append(pattern) }
        }
        let table = try RouteTable(patterns.map { RouteDeclaration(method: .get, pattern: text(of: $0)) })

        var found = 0
        for _ in 0..<400 {
            let path = segments(&random, alphabet: ["a", "b", "c", "d"])
            let expected = model(patterns, path)
            let owned = Path("/" + path.joined(separator: "/"))
            var parameters = PathParameters()
            let match = table.match(method: .get, path: owned.bytes, parameters: &parameters)
            #expect(match == expected.map { .found($0) } ?? .notFound)
            guard let route = expected else { continue }
            found += 1
            let values = (0..<parameters.count).map { String(owned.bytes.extracting(parameters[$0])) }
            #expect(values == zip(patterns[route], path).filter { $0.0 == ":" }.map(\.1))
        }
        #expect(found > 0)
    }

    /// The matching pattern that is most specific from the left.
    private func model(_ patterns: [[String]], _ path: [String]) -> Int? {
        let matching = patterns.indices.filter { index in
            patterns[index].count == path.count && zip(patterns[index], path).allSatisfy { $0 == ":" || $0 == $1 }
        }
        let looseness = patterns.map { pattern in pattern.map { $0 == ":" ? 1 : 0 } }
        return matching.min { looseness[$0].lexicographicallyPrecedes(looseness[$1]) }
    }

    private func segments(_ random: inout SeededGenerator, alphabet: [String]) -> [String] {
        (0..<Int.random(in: 1...5, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" }
    }

    /// A parameter is called after its place, since a place has one name.
    private func text(of pattern: [String]) -> String {
        pattern.enumerated().reduce(into: "") { $0 += "/" + ($1.element == ":" ? ":p\($1.offset)" : $1.element) }
    }
}
