import Testing

@testable import Statistics

@Suite("Paired ratios")
struct PairedRatiosTests {
    @Test("stay steady where both sides drift together")
    func drift() throws {
        // The machine gets twice as slow and recovers; the subject costs a quarter more all along.
        let baseline = [4.0, 6, 8, 6, 4]
        let ratios = try PairedRatios(subject: baseline.map { $0 * 1.25 }, baseline: baseline)
        #expect(ratios.byRound == [1.25, 1.25, 1.25, 1.25, 1.25])
        #expect(ratios.median == 1.25)
        #expect(ratios.sample.medianAbsoluteDeviation == 0)
    }

    @Test("pair each round with its neighbour, not with the other side's median")
    func pairing() throws {
        let ratios = try PairedRatios(subject: [3, 8, 1], baseline: [2, 2, 4])
        #expect(ratios.byRound == [1.5, 4, 0.25])
        #expect(ratios.median == 1.5)
        #expect(ratios.sample.minimum == 0.25)
    }

    @Test(
        "refuse rounds that give no ratio",
        arguments: [
            ([Double](), [Double](), StatisticsError.empty), ([1.0], [1.0, 2], .unpaired(1, 2)),
            ([1.0, 0], [1.0, 1], .notPositive(index: 1)), ([1.0, 1], [-1.0, 1], .notPositive(index: 0)),
            ([Double.nan], [1.0], .notFinite(index: 0)), ([1.0, 1], [1.0, Double.infinity], .notFinite(index: 1)),
        ]
    )
    func refusals(subject: [Double], baseline: [Double], error: StatisticsError) {
        #expect(throws: error) { try PairedRatios(subject: subject, baseline: baseline) }
    }
}
