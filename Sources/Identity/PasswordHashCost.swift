internal import Glibc

/// What a password's hash costs (argon2id, RFC 9106): passes over so much memory, with one lane.
public struct PasswordHashCost: Equatable, Sendable {
    /// How often the memory is gone over: at least 1.
    public let passes: Int
    /// How much memory a hash takes, in MiB; at least 1.
    public let memoryMebibytes: Int

    /// A cost. Values out of range trap.
    public init(passes: Int, memoryMebibytes: Int) {
        precondition((1...1_000).contains(passes) && (1...4_096).contains(memoryMebibytes), "a cost out of range")
        self.passes = passes
        self.memoryMebibytes = memoryMebibytes
    }

    var memoryBytes: Int { memoryMebibytes << 20 }

    /// The least that is chosen: OWASP's recommendation.
    public static let least = PasswordHashCost(passes: 2, memoryMebibytes: 19)

    /// What takes about 90 ms of this machine's time, between `least` and ten passes over 64 MiB. Some 0.3 s.
    ///
    /// - Parameter present: what was chosen before, which is kept as long as it takes between 45 and 180 ms: else each change of
    ///   a machine's mood would have all passwords hashed anew.
    public static func tuned(keeping present: PasswordHashCost? = nil) -> PasswordHashCost {
        if let present, present.isAtLeast(least), (45...180).contains(present.milliseconds()) { return present }
        let work = Double(least.memoryMebibytes * least.passes) * targetMilliseconds / least.milliseconds()
        let memory = memorySteps.last { Double($0 * least.passes) <= work } ?? least.memoryMebibytes
        return PasswordHashCost(passes: max(least.passes, min(10, Int(work) / memory)), memoryMebibytes: memory)
    }

    private func isAtLeast(_ other: PasswordHashCost) -> Bool {
        passes >= other.passes && memoryMebibytes >= other.memoryMebibytes
    }

    /// How long a hash takes of a thread's own time, which others' load doesn't lengthen; the shorter of two.
    private func milliseconds() -> Double {
        (0..<2).map { _ in
            let start = Self.threadNanoseconds()
            _ = PasswordHash(of: Array("tuning".utf8), cost: self)
            return Double(max(Self.threadNanoseconds() - start, 1)) / 1_000_000
        }.min() ?? Self.targetMilliseconds
    }

    private static func threadNanoseconds() -> Int64 {
        var time = timespec()
        // SAFETY: the structure is a local; every thread has this clock.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static let targetMilliseconds = 90.0
    private static let memorySteps = [19, 32, 48, 64]
}
