import Testing

@testable import Statistics

@Suite("An interval for the median")
struct MedianIntervalTests {
    @Test(
        "has the ends and the confidence of the binomial tables",
        // How many values, the rank of the lower end, and the binomial coefficients below that rank, summed.
        arguments: [(6, 1, 1), (8, 1, 1), (9, 2, 1 + 9), (10, 2, 1 + 10), (12, 3, 1 + 12 + 66), (20, 6, 21_700)]
    )
    func binomial(count: Int, rank: Int, coefficients: Int) throws {
        let interval = try Sample((1...count).map(Double.init)).medianInterval(confidence: 0.95)
        #expect(interval.lower == Double(rank))
        #expect(interval.upper == Double(count + 1 - rank))
        let confidence = 1 - 2 * Double(coefficients) / Double(1 << count)
        #expect(abs(interval.confidence - confidence) < 1e-12)
    }

    @Test(
        "of too few values is their range, and says how little it is worth",
        arguments: [(1, 0), (2, 0.5), (5, 0.9375)]
    )
    func fewValues(count: Int, confidence: Double) throws {
        let interval = try Sample((1...count).map(Double.init)).medianInterval(confidence: 0.95)
        #expect(interval.lower == 1)
        #expect(interval.upper == Double(count))
        #expect(abs(interval.confidence - confidence) < 1e-12)
    }

    @Test("stays right where the powers of two run out")
    func manyValues() throws {
        let interval = try Sample((1...4000).map(Double.init)).medianInterval(confidence: 0.95)
        // The normal approximation: 2000 - 1.96 * sqrt(4000) / 2 = 1938.
        #expect(abs(interval.lower - 1938) <= 1)
        #expect((0.95..<0.955).contains(interval.confidence))
    }

    @Test("encloses the median of a skewed quantity as often as it says")
    func coverage() throws {
        var generator = SplitMix64(state: 20_261_124)
        let samples = 4000
        var enclosed = 0
        var confidence = 0.0
        for _ in 0..<samples {
            // The cube of a uniform value has its median at one eighth.
            let values = (0..<11).map { _ in
                let uniform = Double.random(in: 0..<1, using: &generator)
                return uniform * uniform * uniform
            }
            let interval = try Sample(values).medianInterval(confidence: 0.95)
            confidence = interval.confidence
            if interval.lower <= 0.125 && 0.125 <= interval.upper { enclosed += 1 }
        }
        // Four standard deviations of a count of 4000 are below 0.014.
        #expect(abs(Double(enclosed) / Double(samples) - confidence) < 0.014)
    }

    @Test("refuses a confidence that no sample can give", arguments: [1, -0.1, .nan])
    func refusesConfidence(confidence: Double) throws {
        let sample = try Sample([1, 2])
        #expect(throws: StatisticsError.notAProbability) { try sample.medianInterval(confidence: confidence) }
    }
}

/// Steele, Lea and Flood's generator: the same sequence from the same state, everywhere.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
