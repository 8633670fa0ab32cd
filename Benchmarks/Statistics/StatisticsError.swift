/// What is wrong with the figures or the question.
package enum StatisticsError: Error, Equatable {
    /// There is nothing to say about no values.
    case empty
    /// The value at `index` is infinite or no number.
    case notFinite(index: Int)
    /// The value at `index` is zero or less, where a ratio needs a positive one.
    case notPositive(index: Int)
    /// The two sides of the pairs are not equally many.
    case unpaired(Int, Int)
    /// A probability or confidence outside its range.
    case notAProbability
}
