import TestSupport
import Testing

@Suite("Fixtures")
struct FixtureTests {
    @Test("are read byte for byte")
    func bytes() throws {
        #expect(try Fixture.bytes("json/test_parsing/n_structure_null-byte-outside-string.json") == [0x5B, 0, 0x5D])
    }

    @Test("are listed in order, by their endings")
    func names() throws {
        let names = try Fixture.names(in: "paseto/PASERK", suffix: ".lid.json")
        #expect(names.contains("k4.lid.json"))
        #expect(names == names.sorted())
        #expect(names.allSatisfy { $0.hasSuffix(".lid.json") })
    }

    @Test("say what is missing")
    func missing() {
        #expect(throws: FixtureError.missingFile("json/none.json")) { try Fixture.bytes("json/none.json") }
        #expect(throws: FixtureError.emptyFolder("json/none")) { try Fixture.names(in: "json/none") }
        #expect(throws: FixtureError.emptyFolder("json")) { try Fixture.names(in: "json", suffix: ".none") }
    }
}
