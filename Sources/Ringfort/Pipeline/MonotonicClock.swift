import Glibc

/// The system's monotonic clock, for durations that go to the log. Decisions use the time of the pass instead.
enum MonotonicClock {
    /// The clock now. About 25 ns.
    static func nowNanoseconds() -> UInt64 {
        var time = timespec()
        // SAFETY: the structure is a local; this clock exists on every Linux.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
