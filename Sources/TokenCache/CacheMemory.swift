internal import Glibc
internal import Synchronization

/// The memory of a cache: one mapping, made at once and never moved, whose pages the kernel provides when they are first
/// used.
///
/// It is made of sets of 16 KiB. A set begins with its sequence number and, for each of its sixteen entries ("ways"), the
/// tag with the second in which it was stored, a mask of the blocks that it has, and the second of its last hit. The rest
/// are 62 blocks of 256 bytes, of which an entry has as many as it needs, anywhere in its set: a large token takes the room
/// of several small ones, and nothing ever has to be moved.
///
/// All of it is read and written as relaxed atomic words; what makes a set consistent is its sequence number.
@safe
struct CacheMemory: ~Copyable {
    // INVARIANT: `base` points to `byteCount` readable and writable bytes, aligned to a page, which this value alone owns,
    // and which are touched by the atomics below only.
    private let base: UnsafeMutableRawPointer
    /// The size of the mapping.
    let byteCount: Int
    /// A power of two.
    let setCount: Int
    /// How long an entry is good.
    let lifeSeconds: UInt32

    /// Memory for `sets` sets, a power of two.
    init(sets: Int, lifeSeconds: UInt32) throws(TokenCacheError) {
        precondition(sets > 0 && sets & (sets - 1) == 0, "the number of sets is no power of two")
        setCount = sets
        self.lifeSeconds = lifeSeconds
        byteCount = sets * Self.setByteCount
        // SAFETY: a new private mapping, which nothing else refers to.
        let mapping = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapping = unsafe mapping, unsafe mapping != MAP_FAILED else { throw .outOfMemory }
        // SAFETY: from here on, `base` owns the mapping.
        unsafe base = mapping
    }

    deinit {
        // SAFETY: the mapping is this value's alone (invariant), and atomics of integers need no end.
        unsafe munmap(base, byteCount)
    }

    /// The set of a hash.
    @inline(__always)
    @_lifetime(borrow self)
    func set(_ tail: TailHash) -> CacheSet {
        let offset = (Int(truncatingIfNeeded: tail.bits) & (setCount &- 1)) &* Self.setByteCount
        assert(offset >= 0 && offset + Self.setByteCount <= byteCount)
        // SAFETY: the number is masked, so that the whole set lies inside the mapping (asserted), which lives as long as
        // self is borrowed.
        let set = unsafe CacheSet(words: (base + offset).assumingMemoryBound(to: Atomic<UInt64>.self))
        return unsafe _overrideLifetime(set, borrowing: self)
    }

    static let waysInSet = 16
    static let wordsInBlock = 32
    static let blocksInSet = 62
    /// The bits of a set's blocks in a mask.
    static let allBlocks: UInt64 = 1 << 62 - 1

    /// Where what belongs to a set begins, in its words: each on cache lines of its own.
    static let sequenceOffset = 0
    static let identityOffset = 8
    static let blocksOffset = 24
    static let hitOffset = 40
    static let firstBlockOffset = 64
    static let wordsInSet = firstBlockOffset + blocksInSet * wordsInBlock
    private static let setByteCount = wordsInSet * MemoryLayout<UInt64>.size
}

// SAFETY: what threads share is touched by atomic operations only; the rest never changes.
extension CacheMemory: @unchecked Sendable {}

/// The words of a set.
@safe
struct CacheSet: ~Escapable {
    // INVARIANT: `words` points to `CacheMemory.wordsInSet` aligned words, all of them atomic integers, which live as long as
    // this does.
    private let words: UnsafePointer<Atomic<UInt64>>

    @_lifetime(immortal)
    fileprivate init(words: UnsafePointer<Atomic<UInt64>>) { unsafe self.words = words }

    /// The word at `index`.
    @inline(__always)
    subscript(index: Int) -> Atomic<UInt64> {
        @inline(__always)
        unsafeAddress {
            assert(index >= 0 && index < CacheMemory.wordsInSet)
            // SAFETY: a word of the set (invariant): an index is a constant, a way or a word of a block (asserted), and a
            // block's number is that of one of 62 bits.
            return unsafe words + index
        }
    }
}
