import Testing

@testable import Statistics

@Suite("A sample")
struct SampleTests {
    @Test("knows its order statistics, whatever the order of its values")
    func orderStatistics() throws {
        let sample = try Sample([9, 4, 5, 2, 4, 7, 4, 5])
        #expect(sample.count == 8)
        #expect(sample.minimum == 2)
        #expect(sample.maximum == 9)
        #expect(sample.median == 4.5)
        // The distances from 4.5 are 2.5, five times 0.5, 2.5 and 4.5.
        #expect(sample.medianAbsoluteDeviation == 0.5)
    }

    @Test(
        "interpolates between its values",
        arguments: [(0, 1), (0.25, 1.75), (0.5, 2.5), (0.75, 3.25), (0.99, 3.97), (1, 4)]
    )
    func quantiles(probability: Double, value: Double) throws {
        #expect(abs(try Sample([3, 1, 4, 2]).quantile(probability) - value) < 1e-12)
    }

    @Test("agrees with the NIST/SEMATECH e-Handbook of Statistical Methods, section 7.2.6.2")
    func handbook() throws {
        let gauge = try Sample([
            95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.0610,
            95.1591, 95.1195, 95.1065, 95.0925, 95.1990, 95.1682,
        ])
        // The handbook's alternative definition, 1 + p(N - 1): 10.9, so nine tenths from the tenth to the eleventh value.
        #expect(try gauge.quantile(0.9).fixed(4) == "95.1957")
        #expect(gauge.median.fixed(4) == "95.1579")
    }

    @Test("of one value is that value, without spread")
    func oneValue() throws {
        let sample = try Sample([6.2])
        #expect(sample.median == 6.2)
        #expect(sample.minimum == 6.2)
        #expect(sample.maximum == 6.2)
        #expect(sample.medianAbsoluteDeviation == 0)
        #expect(try sample.quantile(0.99) == 6.2)
    }

    @Test("is not moved by one wild value")
    func robust() throws {
        let sample = try Sample([10, 11, 12, 13, 1e9])
        #expect(sample.median == 12)
        #expect(sample.medianAbsoluteDeviation == 1)
    }

    @Test(
        "refuses values that nothing can be said about",
        arguments: [
            ([Double](), StatisticsError.empty), ([1.0, .nan], .notFinite(index: 1)),
            ([Double.infinity, 1], .notFinite(index: 0)), ([1.0, 2, -Double.infinity], .notFinite(index: 2)),
        ]
    )
    func refusesValues(values: [Double], error: StatisticsError) {
        #expect(throws: error) { try Sample(values) }
    }

    @Test("refuses what is no probability", arguments: [-0.01, 1.01, Double.nan])
    func refusesProbability(probability: Double) throws {
        let sample = try Sample([1, 2])
        #expect(throws: StatisticsError.notAProbability) { try sample.quantile(probability) }
    }
}
