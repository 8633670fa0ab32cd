/// The seeds that a property is held to.
package enum Seeds {
    /// Those that RINGFORT_SEEDS names (`1000` for the first thousand, or `17-17`), else the first `standard`.
    package static func chosen(standard: UInt64) -> ClosedRange<UInt64> {
        guard let setting = TestSetting.value(of: "RINGFORT_SEEDS") else { return 1...standard }
        let bounds = setting.split(separator: "-").compactMap { UInt64($0) }
        guard let first = bounds.first, let last = bounds.last, last > 0, bounds.count == 1 || first <= last else {
            preconditionFailure("RINGFORT_SEEDS is a number or a range such as 17-20, not '\(setting)'")
        }
        return bounds.count == 1 ? 1...last : first...last
    }

    /// What to tell the reader of a failure.
    package static func replay(_ seed: UInt64) -> String { "seed \(seed); replay: scripts/simulate --seed \(seed)" }

    /// Whether the events of each seed are to be printed.
    package static let areTraced = TestSetting.value(of: "RINGFORT_TRACE") != nil
}
