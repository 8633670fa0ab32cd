import TestSupport
import Testing

@Suite("Threads for tests")
struct ThreadsTests {
    @Test("all run at once, and return in order")
    func together() {
        // Each waits for all others inside its body: run one after another, they would never end.
        let rendezvous = Rendezvous(4)
        let results = onThreads(4) { index in
            for round in 0..<10 { rendezvous.meet(round: round) }
            return index * 10
        }
        #expect(results == [0, 10, 20, 30])
    }
}

@Suite("Seeded randomness")
struct SeededGeneratorTests {
    @Test("is SplitMix64, the same on every run")
    func reproducible() {
        var generator = SeededGenerator(seed: 1_234_567)
        // The first outputs of SplitMix64 for this seed, as published with the reference code.
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
    }
}
