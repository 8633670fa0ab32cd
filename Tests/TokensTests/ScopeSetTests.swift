import Bytes
import Testing

@testable import Tokens

@Suite("A scope set")
struct ScopeSetTests {
    @Test("contains what it was made of, and what is less")
    func supersets() {
        let both = ScopeSet("test:a test:b")
        #expect(both.isSuperset(of: ScopeSet("test:a")))
        #expect(both.isSuperset(of: ScopeSet("test:b test:a")))
        #expect(both.isSuperset(of: ScopeSet()))
        #expect(!both.isSuperset(of: ScopeSet("test:a test:c")))
        #expect(!ScopeSet("test:a").isSuperset(of: both))
        #expect(ScopeSet("test:a").union(ScopeSet("test:b")) == both)
        #expect(both.names == ["test:a", "test:b"])
        #expect(both.description == "test:a test:b")
        #expect(!both.isEmpty && ScopeSet().isEmpty)
    }

    @Test(
        "is refused for names outside the grammar of RFC 6749",
        arguments: [
            "", " ", "a  b", " a", "a ", "quo\"te", "back\\slash", "tab\tbed", "new\nline", "ümlaut", "\u{0}",
            "del\u{7F}",
        ])
    func grammar(text: String) {
        #expect(throws: ScopeError.self) { try ScopeSet(validating: text) }
    }

    @Test("takes every character of the grammar")
    func allCharacters() throws {
        let characters = (0x21...0x7E).filter { $0 != 0x22 && $0 != 0x5C }.map { Character(UnicodeScalar($0)) }
        let name = String(characters)
        #expect(try ScopeSet(validating: name).names == [name])
    }

    @Test("that can't be made lets nobody in")
    func unsatisfiable() {
        let impossible = Self.unsatisfiable()
        let everything = ScopeSet.all
        #expect(impossible.isUnsatisfiable)
        #expect(!impossible.isEmpty)
        #expect(!everything.isSuperset(of: impossible))
        #expect(!impossible.isSuperset(of: impossible))
        #expect(!everything.isSuperset(of: ScopeSet("test:a").union(impossible)))
        #expect(impossible.description == "unsatisfiable")
    }

    /// Made without the process's registry, which would remember the failure.
    private static func unsatisfiable() -> ScopeSet { ScopeSet("not \"a\" name", registry: ScopeRegistry()) }
}

extension ScopeSet {
    /// The set of all names that a process can know.
    fileprivate static var all: ScopeSet { (0..<mostNames).reduce(into: ScopeSet()) { $0.insert($1) } }
}

@Suite("The registry of scopes")
struct ScopeRegistryTests {
    @Test("gives a name the same number each time")
    func stableNumbers() throws {
        let registry = ScopeRegistry()
        #expect(try registry.register("a") == 0)
        #expect(try registry.register("b") == 1)
        #expect(try registry.register("a") == 0)
        #expect(registry.names == ["a", "b"])
        #expect(try registry.snapshot() == ["a", "b"])
    }

    @Test("has room for 128 names, and says which one was too many")
    func room() throws {
        let registry = ScopeRegistry()
        for number in 0..<128 { #expect(try registry.register("scope:\(number)") == number) }
        #expect(throws: ScopeError.tooManyNames("one:more")) { try registry.register("one:more") }
        #expect(try registry.register("scope:127") == 127)

        let last = ScopeSet("scope:127", registry: registry)
        #expect(!last.isUnsatisfiable && !last.isEmpty)
        #expect(try registry.snapshot().count == 128)
        let impossible = ScopeSet("scope:1 one:more", registry: registry)
        #expect(impossible.isUnsatisfiable)
        // Whoever takes the snapshot at start-up learns of it.
        #expect(throws: ScopeError.tooManyNames("one:more")) { try registry.snapshot() }
    }

    @Test("keeps numbers apart under many threads")
    func concurrentRegistration() async throws {
        let registry = ScopeRegistry()
        let numbers = await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<100).map { try? registry.register("scope:\(($0 + task * 13) % 100)") }
                }
            }
            return await group.reduce(into: Set<Int?>()) { $0.formUnion($1) }
        }
        #expect(numbers.count == 100 && !numbers.contains(nil))
        #expect(Set(registry.names).count == 100)
    }
}

@Suite("A table of scopes")
struct ScopeTableTests {
    @Test("finds exactly the names that it has, at every size", arguments: [0, 1, 3, 4, 64, 128])
    func finds(count: Int) {
        let names = (0..<count).map { String(repeating: "x", count: $0 % 40) + ":\($0)" }
        let table = ScopeTable(names)
        for (index, name) in names.enumerated() {
            var expected = ScopeSet()
            expected.insert(index)
            #expect(table.set(named: Array(name.utf8).span.raw) == expected)
            for other in [name + "x", String(name.dropLast()), name.uppercased() + "!"] where !names.contains(other) {
                #expect(table.set(named: Array(other.utf8).span.raw).isEmpty)
            }
        }
        let all = table.set(of: Array(names.joined(separator: " ").utf8).span.raw)
        #expect(all == (0..<count).reduce(into: ScopeSet()) { $0.insert($1) })
    }

    @Test("does not know what was registered after it")
    func snapshot() {
        let table = ScopeTable(["early"])
        #expect(table.set(of: Array("early late".utf8).span.raw) == table.set(of: Array("early".utf8).span.raw))
    }
}
