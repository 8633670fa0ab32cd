import Synchronization

/// The time that buckets live in: the callers' clock, made steady.
///
/// A bucket keeps a point in time, so a clock that steps back would lock its client out until time has caught up, and
/// keep a table full of buckets that look as if they had not refilled. Callers read a monotonic clock that should never
/// step; this makes that a promise. A step back is added to an offset, so that time stands still for a moment instead;
/// a leap ahead counts as a day at most, after which every bucket is full anyway.
///
/// Callers on several threads read their clocks a little apart (a shard reads it once a pass), which is no step:
/// `toleratedLagNanoseconds` is the line. A caller that is later still is taken for a step, and time runs ahead by its
/// lag, once: every bucket refills by that much, up to its burst, and no more.
struct SteadyClock: ~Copyable, Sendable {
    /// The latest time that was given out, up to `noticeNanoseconds` behind: rarely written, so that reading stays cheap.
    private let latest: Atomic<UInt64>
    /// What turns a caller's time into ours, modulo 2^64.
    private let offset: Atomic<UInt64>

    init() {
        latest = Atomic(Self.epochNanoseconds)
        offset = Atomic(0)
    }

    /// The steady time for a caller whose clock reads `now`, both in nanoseconds. Lock-free, and free of writes save
    /// once in `noticeNanoseconds`.
    @inline(__always)
    func time(at now: UInt64) -> UInt64 {
        let time = now &+ offset.load(ordering: .relaxed)
        let ahead = time &- latest.load(ordering: .relaxed)
        let isOrdinary = ahead &+ Self.toleratedLagNanoseconds < Self.toleratedLagNanoseconds + Self.noticeNanoseconds
        return isOrdinary ? time : adjustedTime(at: now)
    }

    @inline(never)
    private func adjustedTime(at now: UInt64) -> UInt64 {
        while true {
            let offset = offset.load(ordering: .relaxed)
            let latest = latest.load(ordering: .relaxed)
            let time = now &+ offset
            let ahead = Int64(bitPattern: time &- latest)
            if ahead < -Int64(Self.toleratedLagNanoseconds) {
                replace(offset, by: offset &+ ahead.magnitude)
            } else if ahead > Int64(Self.longestLeapNanoseconds) {
                replace(offset, by: offset &- (ahead.magnitude - Self.longestLeapNanoseconds))
            } else {
                self.latest.max(time, ordering: .relaxed)
                return time
            }
        }
    }

    /// Replaces the offset unless another thread, which saw the same step, has done so.
    private func replace(_ old: UInt64, by new: UInt64) {
        _ = offset.compareExchange(expected: old, desired: new, ordering: .relaxed)
    }

    static let toleratedLagNanoseconds: UInt64 = 1_000_000_000
    static let noticeNanoseconds: UInt64 = 100_000_000
    static let longestLeapNanoseconds = CellRate.longestRefillNanoseconds
    /// Where steady time begins: far enough from zero that a lagging caller stays above it, and an unused bucket, whose
    /// TAT is zero, is full.
    static let epochNanoseconds: UInt64 = 3_600 * 1_000_000_000
}
