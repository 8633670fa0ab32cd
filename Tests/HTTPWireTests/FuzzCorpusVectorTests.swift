import HTTPWire
import TestSupport
import Testing

@Suite("The h2o fuzz corpus")
struct FuzzCorpusVectorTests {
    @Test("is taken or refused without a fault of ours, and the same however it is split")
    func corpus() throws {
        var taken = 0
        var refused = 0
        var waiting = 0
        let names = try Fixture.names(in: "fuzz/http1-corpus")
        for name in names {
            let bytes = try Fixture.bytes("fuzz/http1-corpus/\(name)")
            let whole = receive(bytes, splitAt: [])
            switch whole.end {
            case .refused where whole.exchanges.isEmpty: refused += 1
            case .open where whole.exchanges.isEmpty: waiting += 1
            default: taken += 1
            }
            let step = max(1, bytes.count / 24)
            let halves = stride(from: 1, to: bytes.count, by: step).map { [$0] }
            for split in halves + [Array(stride(from: 7, to: bytes.count, by: 7))] {
                let outcome = receive(bytes, splitAt: split)
                if outcome != whole { Issue.record("\(name), split at \(split): \(outcome) instead of \(whole)") }
            }
        }
        print("h2o fuzz corpus: \(names.count) seeds, \(taken) taken, \(refused) refused, \(waiting) waiting")
    }
}
