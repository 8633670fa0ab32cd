import Glibc

/// Where the median of what was sampled lies, with a stated confidence and without assuming any distribution.
///
/// Each value lies below the true median with probability one half; so the k-th smallest and k-th largest of n values
/// enclose it unless fewer than k values, a binomial count, lie on one side. That needs no random resampling: the same
/// figures always give the same interval. (David and Nagaraja, *Order Statistics*, section 7.1.)
package struct MedianInterval: Equatable, Sendable {
    /// The lower end, one of the values.
    package let lower: Double
    /// The upper end, one of the values.
    package let upper: Double
    /// The probability that an interval made like this one encloses the median, in `0...1`.
    package let confidence: Double
}

extension Sample {
    /// The narrowest interval for the median that holds with at least `confidence`, or, where the sample is too small
    /// for that (below six values for 0.95), the whole range with the confidence that it does have. O(n).
    ///
    /// - Throws: `StatisticsError.notAProbability` when `confidence` is not in `0..<1`.
    package func medianInterval(confidence: Double) throws(StatisticsError) -> MedianInterval {
        guard (0..<1).contains(confidence) else { throw .notAProbability }
        // The probability that fewer than `rank` of the values lie below the median, term by term; in logarithms, since
        // the first term of a large sample is too small for a number.
        var logarithm = -Double(count) * log(2.0)
        var tail = exp(logarithm)
        var rank = 1
        while rank < (count + 1) / 2 {
            logarithm += log(Double(count - rank + 1) / Double(rank))
            let longerTail = tail + exp(logarithm)
            guard 1 - 2 * longerTail >= confidence else { break }
            tail = longerTail
            rank += 1
        }
        let enclosed = max(0, 1 - 2 * tail)
        return MedianInterval(lower: sorted[rank - 1], upper: sorted[count - rank], confidence: enclosed)
    }
}
