import Bytes
import Testing

@testable import Ringfort

@Suite("Correlation ids")
struct CorrelationIDTests {
    @Test("are made as xoshiro256** makes its numbers")
    func knownSequence() {
        // The first outputs for the state 1, 2, 3, 4, as the authors' C program prints them.
        let expected: [UInt64] = [
            11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600,
            16_172_922_978_634_559_625, 8_476_171_486_693_032_832, 10_595_114_339_597_558_777,
            2_904_607_092_377_533_576,
        ]
        var generator = CorrelationIDGenerator(state: (1, 2, 3, 4))
        for pair in stride(from: 0, to: expected.count, by: 2) {
            #expect(generator.next() == CorrelationID(high: expected[pair], low: expected[pair + 1]))
        }
    }

    @Test("do not repeat, in one generator or between two")
    func unique() throws {
        var seen = Set<String>()
        for _ in 0..<2 {
            var generator = try CorrelationIDGenerator()
            for _ in 0..<2000 { seen.insert(Self.text(generator.next())) }
        }
        #expect(seen.count == 4000)
    }

    @Test("are made even from a seed of zeros")
    func zeroSeed() {
        var generator = CorrelationIDGenerator(state: (0, 0, 0, 0))
        _ = generator.next()
        #expect(generator.next() != generator.next())
    }

    @Test("are 32 lower-case digits")
    func digits() {
        #expect(Self.text(CorrelationID(high: 0xABC, low: 1)) == "0000000000000abc0000000000000001")
    }

    @Test(
        "are logged when a client offers them in the safe alphabet",
        arguments: ["a", "A-z_0.9", "01HZX5-req.7", String(repeating: "x", count: 64)]
    )
    func acceptsOffered(id: String) {
        #expect(CorrelationID.acceptsOffered(id.utf8.span.raw) == true)
    }

    @Test(
        "are dropped when a client offers anything else",
        arguments: [
            "", String(repeating: "x", count: 65), "a b", "a\r\nb", "\u{1B}[31m", "a\"", "a/b", "a:b", "é", "a\0",
            "@[`{",
        ]
    )
    func refusesOffered(id: String) {
        #expect(CorrelationID.acceptsOffered(id.utf8.span.raw) == false)
    }

    private static func text(_ id: CorrelationID) -> String {
        var buffer = ByteBuffer(capacity: 32)
        id.write(into: &buffer)
        return String(buffer.bytes)
    }
}
