/// What one side costs against another, from rounds that took turns: A B A B.
///
/// A noisy minute falls on both halves of a round alike. So the ratio is taken within each round, and its median over
/// the rounds: it stays steady where the figures themselves drift.
package struct PairedRatios: Equatable, Sendable {
    /// The ratio of each round, in the order in which they were run.
    package let byRound: [Double]
    /// The ratios as a sample: their median, spread and interval.
    package let sample: Sample

    /// Divides each of `subject` by its neighbour in `baseline`.
    ///
    /// - Throws: `StatisticsError` when there are no rounds, not as many on both sides, or when a figure is not finite
    ///   or not above zero (its index is that of the round).
    package init(subject: [Double], baseline: [Double]) throws(StatisticsError) {
        guard subject.count == baseline.count else { throw .unpaired(subject.count, baseline.count) }
        for side in [subject, baseline] {
            if let index = side.firstIndex(where: { !$0.isFinite }) { throw .notFinite(index: index) }
            if let index = side.firstIndex(where: { $0 <= 0 }) { throw .notPositive(index: index) }
        }
        byRound = zip(subject, baseline).map { $0 / $1 }
        sample = try Sample(byRound)
    }

    /// The ratio of the middle round.
    package var median: Double { sample.median }
}
