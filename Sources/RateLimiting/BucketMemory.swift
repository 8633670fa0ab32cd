import Glibc
import Synchronization

/// The memory of a table: one mapping, made at once and never moved, whose pages the kernel provides when they are
/// first used.
///
/// It holds, on cache lines apart: the clock, the count of overflow decisions, an overflow word for every policy, and
/// the sets of buckets.
///
/// A bucket is sixteen bytes, the hash of its key and then its TAT. It is *changed* as one pair, and *read* as two
/// words: the atomic read of a pair is a compare-and-swap, which would take the line away from every other core. Both
/// words are naturally aligned, so a reader never sees half a word; which two words it sees is the table's concern.
@safe
struct BucketMemory: ~Copyable {
    // INVARIANT: `base` points to `byteCount` readable and writable bytes, aligned to a page, which this value alone
    // owns. Those at zero are an initialised `SteadyClock`; all others are touched by the atomics below only.
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int
    /// The number of sets, a power of two, less one.
    private let setMask: UInt64

    /// Memory for `sets` sets, a power of two that is at least two.
    init(sets: Int) throws(TableError) {
        precondition(sets >= 2 && sets & (sets - 1) == 0, "the number of sets is no power of two")
        byteCount = Self.setsOffset + sets * Self.setByteCount
        setMask = UInt64(sets - 1)
        // SAFETY: a new private mapping, which nothing else refers to.
        let mapping = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else { throw .outOfMemory }
        // SAFETY: from here on, `base` owns the mapping.
        unsafe base = mapping
        // SAFETY: the clock's place lies inside the mapping, and is initialised before anyone can read it.
        unsafe base.initializeMemory(as: SteadyClock.self, to: SteadyClock())
    }

    deinit {
        // SAFETY: the mapping is this value's alone (invariant), and atomics of integers need no end.
        unsafe munmap(base, byteCount)
    }

    /// How many buckets there are.
    var capacity: Int { Int(setMask + 1) * Self.bucketsInSet }

    /// The time that the buckets live in.
    var clock: SteadyClock {
        @inline(__always)
        unsafeAddress {
            // SAFETY: initialised at the beginning of the mapping (invariant), and never deinitialised.
            return unsafe UnsafePointer(base.assumingMemoryBound(to: SteadyClock.self))
        }
    }

    // MARK: Overflow

    /// How many decisions fell to an overflow word.
    var overflowDecisions: UInt64 { self[wordAt: Self.overflowCountOffset].load(ordering: .relaxed) }

    /// Counts a decision that fell to an overflow word.
    func countOverflowDecision() { self[wordAt: Self.overflowCountOffset].wrappingAdd(1, ordering: .relaxed) }

    /// The TAT of the bucket that newcomers of `policy` share when there is no other for them.
    func overflowArrival(of policy: UInt16) -> UInt64 {
        self[wordAt: Self.overflowOffset(of: policy)].load(ordering: .relaxed)
    }

    /// Changes that TAT if it is `expected`; says whether it was, and what it was.
    func replaceOverflowArrival(of policy: UInt16, expected: UInt64, desired: UInt64) -> (done: Bool, found: UInt64) {
        let (done, found) = self[wordAt: Self.overflowOffset(of: policy)].compareExchange(
            expected: expected, desired: desired, ordering: .relaxed)
        return (done, found)
    }

    // MARK: Buckets

    /// The two sets that a key with this hash may live in: different ones, and on one page, so that a key costs one
    /// address translation.
    @inline(__always)
    func candidates(for hash: UInt64) -> Candidates {
        let first = hash & setMask
        let second = first ^ ((hash >> 58 | 1) & setMask)
        return Candidates(
            first: Self.setsOffset + Int(first) * Self.setByteCount,
            second: Self.setsOffset + Int(second) * Self.setByteCount)
    }

    /// The hash that `bucket` is kept for: zero when it was never used.
    @inline(__always)
    func hash(of bucket: Bucket) -> UInt64 { self[wordAt: bucket.offset].load(ordering: .acquiring) }

    /// The TAT of `bucket`: zero when it was never used.
    @inline(__always)
    func arrival(of bucket: Bucket) -> UInt64 {
        self[wordAt: bucket.offset + MemoryLayout<UInt64>.size].load(ordering: .acquiring)
    }

    /// Changes `bucket` from `expected` to `desired` if that is what it holds; says whether it was, and what it held.
    @inline(__always)
    func replace(
        _ bucket: Bucket, expected: BucketState, desired: BucketState
    ) -> (done: Bool, found: BucketState) {
        let (done, found) = self[pairOf: bucket].compareExchange(
            expected: expected.pair, desired: desired.pair, ordering: .acquiringAndReleasing)
        return (done, BucketState(found))
    }

    // MARK: Access

    private subscript(wordAt offset: Int) -> Atomic<UInt64> {
        @inline(__always)
        unsafeAddress {
            assert(offset >= Self.overflowCountOffset && offset < byteCount && offset % 8 == 0)
            // SAFETY: an aligned word inside the mapping, since offsets are made of constants, a policy's 16 bits, a
            // masked set and a rank only (asserted above). Every word but the clock's is an atomic integer (invariant).
            return unsafe UnsafePointer((base + offset).assumingMemoryBound(to: Atomic<UInt64>.self))
        }
    }

    private subscript(pairOf bucket: Bucket) -> Atomic<WordPair> {
        @inline(__always)
        unsafeAddress {
            assert(bucket.offset >= Self.setsOffset && bucket.offset < byteCount && bucket.offset % 16 == 0)
            // SAFETY: sixteen aligned bytes inside the mapping, as above (asserted). That the same bytes are read as two
            // atomic words is what this type is for: all accesses are atomic, and none is wider than its alignment.
            return unsafe UnsafePointer((base + bucket.offset).assumingMemoryBound(to: Atomic<WordPair>.self))
        }
    }

    /// A bucket of this memory.
    struct Bucket {
        fileprivate let offset: Int
    }

    /// The buckets that a key may live in, ranked: always the same for a key, and by turns of both sets, so that of two
    /// sets the one with fewer keys has the next free bucket.
    struct Candidates {
        fileprivate let first: Int
        fileprivate let second: Int

        static var count: Int { 2 * bucketsInSet }

        @inline(__always)
        subscript(rank: Int) -> Bucket {
            assert(rank >= 0 && rank < Self.count)
            return Bucket(offset: (rank & 1 == 0 ? first : second) + (rank >> 1) * bucketByteCount)
        }
    }

    private static let overflowCountOffset = 64
    private static let firstOverflowOffset = 4096
    private static let setsOffset = firstOverflowOffset + (Int(UInt16.max) + 1) * MemoryLayout<UInt64>.size
    private static let bucketByteCount = 16
    /// One cache line.
    private static let setByteCount = 64
    static let bucketsInSet = setByteCount / bucketByteCount

    private static func overflowOffset(of policy: UInt16) -> Int {
        firstOverflowOffset + Int(policy) * MemoryLayout<UInt64>.size
    }
}

// SAFETY: what threads share is touched by atomic operations only; the rest never changes.
extension BucketMemory: @unchecked Sendable {}

/// What a bucket holds.
struct BucketState: Equatable {
    var hash: UInt64
    var arrival: UInt64

    init(hash: UInt64, arrival: UInt64) {
        self.hash = hash
        self.arrival = arrival
    }

    init(_ pair: WordPair) { self.init(hash: UInt64(pair.first), arrival: UInt64(pair.second)) }

    var pair: WordPair { WordPair(first: UInt(hash), second: UInt(arrival)) }
}

/// Why there can be no table.
public enum TableError: Error, Equatable {
    /// The capacity is below eight or above 2^28 buckets.
    case capacityOutOfRange
    /// The system has no memory for it.
    case outOfMemory
}
