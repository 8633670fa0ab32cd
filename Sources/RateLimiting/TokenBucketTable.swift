/// Token buckets for any number of clients and policies, in memory that never grows, without a lock.
///
/// A key may live in eight buckets: two sets of four, each set one cache line. It is found by its hash; a key that is
/// new takes the bucket, of its eight, with the earliest TAT, provided that this one has refilled: whoever loses a full
/// bucket loses nothing. When none of the eight has refilled, newcomers share one bucket a policy, and are counted;
/// those who have a bucket keep it.
///
/// Why decisions are exact, whatever the threads do:
/// - *Hash and TAT change together*, in one compare-and-swap, and every change raises the TAT: a take moves it ahead,
///   and a bucket changes hands only at a time that its TAT is not after. So a TAT never comes back, and serves as the
///   version of its bucket.
/// - *Admitting* swaps exactly the pair that was decided on. A reader that saw the hash of one moment and the TAT of
///   another, or came too late, fails to swap, and decides anew.
/// - *Refusing* swaps nothing, so the words are read again: TAT, hash, TAT. The same TAT twice means that the bucket did
///   not change between, and that the hash read between is the one it belongs to.
/// - *No key has two buckets.* Suppose that one thread brought a key into bucket i, which had TAT A(i), and another into
///   bucket j, with B(j), neither having seen the other's. Both read the TAT of a bucket before its hash. The first saw
///   A(j) before the second wrote j, and TATs only rise, so A(j) ≤ B(j); likewise B(i) ≤ A(i). Each took the earliest, so
///   A(i) ≤ A(j) and B(j) ≤ B(i). Then all four are equal, and both would have taken the one of lower rank. (If the first
///   saw j after the key had gone from it again, the key had refilled, and a full bucket is its due.)
///
/// So a client that keeps its bucket is admitted at most `burst + rate × time`. All newcomers of a policy who share its
/// overflow bucket are admitted that much together. Time is the callers': threads whose clocks differ count the
/// difference as time.
public final class TokenBucketTable: Sendable {
    private let memory: BucketMemory

    /// A table for at least `capacity` keys at once, rounded up to a power of two, of 16 bytes each.
    ///
    /// - Throws: `TableError` when the capacity is out of range, or memory is.
    public init(capacity: Int = defaultCapacity) throws(TableError) {
        guard capacity >= BucketMemory.Candidates.count, capacity <= Self.largestCapacity else {
            throw .capacityOutOfRange
        }
        var sets = 2
        while sets * BucketMemory.bucketsInSet < capacity { sets *= 2 }
        memory = try BucketMemory(sets: sets)
    }

    /// How many keys have room at once.
    public var capacity: Int { memory.capacity }

    /// How many decisions fell to a shared overflow bucket since the table was made: a metric.
    public var overflowDecisions: UInt64 { memory.overflowDecisions }

    /// Takes `cost` tokens from the bucket of `key`, if it holds them. Lock-free; allocates nothing. O(1).
    ///
    /// - Parameters:
    ///   - key: Whom to charge, and under which policy. All keys of a policy come with one rate; a policy whose rate
    ///     changes gets another number, or its clients wait by the old rate's measure.
    ///   - cost: At least one; zero counts as one. A cost above the rate's burst is always refused.
    ///   - now: Nanoseconds of a monotonic clock, the same for all callers.
    public func take(key: KeyHash, rate: CellRate, cost: UInt32 = 1, now: UInt64) -> Decision {
        let time = memory.clock.time(at: now)
        let cost = max(cost, 1)
        while true {
            let decided =
                switch place(of: key, at: time) {
                case .resident(let bucket, let arrival):
                    charge(bucket, of: key, arrival: arrival, rate: rate, cost: cost, time: time)
                case .refilled(let bucket, let holder):
                    settle(key, in: bucket, after: holder, rate: rate, cost: cost, time: time)
                case .overflow:
                    takeFromOverflow(policy: key.policy, rate: rate, cost: cost, time: time)
                }
            if let decided { return decided }
        }
    }

    /// What the bucket of `key` holds, without taking from it: `admitted` when there is a token. O(1).
    ///
    /// For limits that charge after the fact, such as that of failed authentications.
    public func peek(key: KeyHash, rate: CellRate, now: UInt64) -> Decision {
        let time = memory.clock.time(at: now)
        let holdings = rate.holdings(theoreticalArrival: arrival(of: key, at: time), now: time)
        return holdings.tokens > 0
            ? Decision(admitted: holdings) : .refused(retryAfterNanoseconds: holdings.nextTokenNanoseconds)
    }

    // MARK: Finding

    private enum Place {
        /// The key has this bucket, which had this TAT.
        case resident(BucketMemory.Bucket, arrival: UInt64)
        /// The key has none; this one has refilled, and is the one to take.
        case refilled(BucketMemory.Bucket, holder: BucketState)
        /// The key has none, and none has refilled.
        case overflow
    }

    @inline(__always)
    private func place(of key: KeyHash, at time: UInt64) -> Place {
        let candidates = memory.candidates(for: key.bits)
        var earliest = candidates[0]
        var holder = BucketState(hash: 0, arrival: .max)
        for rank in 0..<BucketMemory.Candidates.count {
            let bucket = candidates[rank]
            // In this order: that no key gets two buckets rests on it.
            let arrival = memory.arrival(of: bucket)
            let hash = memory.hash(of: bucket)
            if hash == key.bits { return .resident(bucket, arrival: arrival) }
            if arrival < holder.arrival {
                earliest = bucket
                holder = BucketState(hash: hash, arrival: arrival)
            }
        }
        return holder.arrival <= time ? .refilled(earliest, holder: holder) : .overflow
    }

    /// The TAT of the bucket that `key` would be charged to.
    private func arrival(of key: KeyHash, at time: UInt64) -> UInt64 {
        while true {
            switch place(of: key, at: time) {
            case .refilled: return time
            case .overflow: return memory.overflowArrival(of: key.policy)
            case .resident(let bucket, let arrival): if memory.arrival(of: bucket) == arrival { return arrival }
            }
        }
    }

    // MARK: Deciding

    /// Decides over the bucket that `key` has; nil when it has lost it meanwhile.
    @inline(__always)
    private func charge(
        _ bucket: BucketMemory.Bucket, of key: KeyHash, arrival: UInt64, rate: CellRate, cost: UInt32, time: UInt64
    ) -> Decision? {
        var arrival = arrival
        while true {
            switch rate.decide(theoreticalArrival: arrival, cost: cost, now: time) {
            case .admitted(let next):
                let (done, found) = memory.replace(
                    bucket, expected: BucketState(hash: key.bits, arrival: arrival),
                    desired: BucketState(hash: key.bits, arrival: next))
                if done { return Decision(admitted: rate.holdings(theoreticalArrival: next, now: time)) }
                guard found.hash == key.bits else { return nil }
                arrival = found.arrival
            case .refused(let retryAfter):
                guard memory.hash(of: bucket) == key.bits else { return nil }
                let again = memory.arrival(of: bucket)
                if again == arrival { return .refused(retryAfterNanoseconds: retryAfter) }
                arrival = again
            }
        }
    }

    /// Gives `key` a bucket that another had, full, and takes from it; nil when somebody was faster.
    @inline(__always)
    private func settle(
        _ key: KeyHash, in bucket: BucketMemory.Bucket, after holder: BucketState, rate: CellRate, cost: UInt32,
        time: UInt64
    ) -> Decision? {
        switch rate.decide(theoreticalArrival: time, cost: cost, now: time) {
        case .refused(let retryAfter):
            return .refused(retryAfterNanoseconds: retryAfter)
        case .admitted(let next):
            let desired = BucketState(hash: key.bits, arrival: next)
            guard memory.replace(bucket, expected: holder, desired: desired).done else { return nil }
            return Decision(admitted: rate.holdings(theoreticalArrival: next, now: time))
        }
    }

    @inline(never)
    private func takeFromOverflow(policy: UInt16, rate: CellRate, cost: UInt32, time: UInt64) -> Decision {
        memory.countOverflowDecision()
        var arrival = memory.overflowArrival(of: policy)
        while true {
            switch rate.decide(theoreticalArrival: arrival, cost: cost, now: time) {
            case .refused(let retryAfter):
                return .refused(retryAfterNanoseconds: retryAfter)
            case .admitted(let next):
                let (done, found) = memory.replaceOverflowArrival(
                    of: policy, expected: arrival, desired: next)
                if done { return Decision(admitted: rate.holdings(theoreticalArrival: next, now: time)) }
                arrival = found
            }
        }
    }

    /// What a table that was given no capacity has room for: 1,048,576 keys in 16 MiB.
    public static let defaultCapacity = 1 << 20
    static let largestCapacity = 1 << 28
}
