extension Double {
    /// The value with `digits` digits behind the point (at most 9), rounded to the nearest; ties go away from zero.
    ///
    /// What is not finite, or too large to be written so, is written as Swift does.
    package func fixed(_ digits: Int) -> String {
        precondition((0...9).contains(digits), "digits out of range")
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (magnitude * scale).rounded()
        // Above 2^53 neighbouring integers are no longer told apart.
        guard isFinite, scaled < 9_007_199_254_740_992 else { return description }
        let (whole, fraction) = UInt64(scaled).quotientAndRemainder(dividingBy: UInt64(scale))
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let tail = String(fraction)
        return "\(sign)\(whole).\(String(repeating: "0", count: digits - tail.count))\(tail)"
    }
}
