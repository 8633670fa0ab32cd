internal import Bytes

/// A hashed timing wheel (Varghese and Lauck, 1987): one timer a connection, O(1) to set, to clear and to find.
///
/// A timer may go off one tick late, never early. A deadline beyond the wheel's span goes off at the span's end: whoever
/// pops it compares the deadline that it keeps itself with the clock, and sets the timer again. That is also what makes
/// moving a deadline further away free: only an earlier one has to be told to the wheel.
struct TimerWheel: ~Copyable {
    /// 2^26 nanoseconds, 67 ms: fine enough for deadlines of seconds, coarse enough to find many of them in one bucket.
    static let tickShift: UInt64 = 26
    static let bucketCount = 1024
    private static let none = UInt32.max
    private static let unscheduled = UInt64.max

    // Not private: the compiler (6.3.1) emits no metadata for a private type that another file needs to destroy the wheel.
    struct Timer {
        var previous: UInt32
        var next: UInt32
        var tick: UInt64
    }

    private var timers: FixedArray<Timer>
    private var buckets: FixedArray<UInt32>
    private var occupied: FixedArray<UInt64>
    private var currentTick: UInt64

    init(capacity: Int, nowNanoseconds: UInt64) {
        precondition(capacity < Int(Self.none), "too many timers")
        timers = FixedArray(count: capacity) { _ in Timer(previous: Self.none, next: Self.none, tick: Self.unscheduled)
        }
        buckets = FixedArray(count: Self.bucketCount) { _ in Self.none }
        occupied = FixedArray(count: Self.bucketCount / 64) { _ in 0 }
        currentTick = nowNanoseconds >> Self.tickShift
    }

    /// Makes sure that the timer goes off no later than a tick after `deadlineNanoseconds`.
    mutating func schedule(_ timer: Int, noLaterThan deadlineNanoseconds: UInt64) {
        let wanted = deadlineNanoseconds >> Self.tickShift &+ 1
        let tick = min(max(wanted, currentTick + 1), currentTick + UInt64(Self.bucketCount) - 1)
        guard tick < timers[timer].tick else { return }
        cancel(timer)
        link(timer, tick: tick)
    }

    /// Clears the timer, if it is set.
    mutating func cancel(_ timer: Int) {
        let node = timers[timer]
        guard node.tick != Self.unscheduled else { return }
        let bucket = Self.bucket(node.tick)
        if node.previous == Self.none {
            buckets[bucket] = node.next
            if node.next == Self.none { occupied[bucket >> 6] &= ~(1 << UInt64(bucket & 63)) }
        } else {
            timers[Int(node.previous)].next = node.next
        }
        if node.next != Self.none { timers[Int(node.next)].previous = node.previous }
        timers[timer] = Timer(previous: Self.none, next: Self.none, tick: Self.unscheduled)
    }

    /// Takes the next timer that has gone off by `nowNanoseconds`, or nil. Call until nil.
    mutating func popExpired(nowNanoseconds: UInt64) -> Int? {
        let target = nowNanoseconds >> Self.tickShift
        // After a long sleep every bucket is visited once at most: all that is in the wheel is due.
        if target > currentTick + UInt64(Self.bucketCount) { currentTick = target - UInt64(Self.bucketCount) }
        while true {
            let head = buckets[Self.bucket(currentTick)]
            if head != Self.none && timers[Int(head)].tick <= target {
                cancel(Int(head))
                return Int(head)
            }
            guard currentTick < target else { return nil }
            currentTick += 1
        }
    }

    /// How long until the next timer can go off, or nil when none is set.
    func nanosecondsUntilNext(nowNanoseconds: UInt64) -> UInt64? {
        let start = Self.bucket(currentTick)
        for step in 0...occupied.count {
            let index = (start >> 6 + step) % occupied.count
            var word = occupied[index]
            // The first word is looked at twice: from the start on, and at the end of the round before it.
            if step == 0 { word &= ~0 << UInt64(start & 63) }
            if step == occupied.count { word &= ~(~0 << UInt64(start & 63)) }
            guard word != 0 else { continue }
            let bucket = index << 6 + word.trailingZeroBitCount
            let distance = (bucket - start + Self.bucketCount) % Self.bucketCount
            let due = (currentTick + UInt64(distance)) << Self.tickShift
            return due > nowNanoseconds ? due - nowNanoseconds : 0
        }
        return nil
    }

    private mutating func link(_ timer: Int, tick: UInt64) {
        let bucket = Self.bucket(tick)
        let head = buckets[bucket]
        if head != Self.none { timers[Int(head)].previous = UInt32(timer) }
        timers[timer] = Timer(previous: Self.none, next: head, tick: tick)
        buckets[bucket] = UInt32(timer)
        occupied[bucket >> 6] |= 1 << UInt64(bucket & 63)
    }

    private static func bucket(_ tick: UInt64) -> Int { Int(tick & UInt64(bucketCount - 1)) }
}
