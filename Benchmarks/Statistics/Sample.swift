/// Measurements of one quantity: at least one, all of them finite.
package struct Sample: Equatable, Sendable {
    /// The values, smallest first.
    package let sorted: [Double]

    /// - Throws: `StatisticsError` when there is no value, or one that is not finite.
    package init(_ values: [Double]) throws(StatisticsError) {
        guard !values.isEmpty else { throw .empty }
        if let index = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
        sorted = values.sorted()
    }

    /// How many values there are.
    package var count: Int { sorted.count }

    /// The smallest value.
    package var minimum: Double { sorted[0] }

    /// The largest value.
    package var maximum: Double { sorted[sorted.count - 1] }

    /// The middle value, or the mean of the two in the middle.
    package var median: Double { interpolated(0.5) }

    /// The value below which the fraction `probability` of the sample lies, interpolated linearly between the two
    /// nearest values (definition 7 of Hyndman and Fan, which R and NumPy use). O(1).
    ///
    /// - Throws: `StatisticsError.notAProbability` when it is outside `0...1`.
    package func quantile(_ probability: Double) throws(StatisticsError) -> Double {
        guard (0...1).contains(probability) else { throw .notAProbability }
        return interpolated(probability)
    }

    /// The median distance of the values from their median: a spread that one wild value does not move. O(n log n).
    package var medianAbsoluteDeviation: Double {
        let center = median
        return Self.interpolated(0.5, of: sorted.map { abs($0 - center) }.sorted())
    }

    private func interpolated(_ probability: Double) -> Double { Self.interpolated(probability, of: sorted) }

    private static func interpolated(_ probability: Double, of sorted: [Double]) -> Double {
        let position = probability * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }
}
