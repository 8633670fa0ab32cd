import Glibc
import TestSupport
import Testing

@Suite("The allocation counter", .enabled(if: allocationsAreCounted))
struct AllocationsTests {
    @Test("sees nothing where nothing is allocated")
    func nothing() {
        #expect(allocations { 7 } == (count: 0, result: 7))
    }

    @Test("sees an array that grows beyond what it has")
    func array() {
        var numbers: [Int] = []
        #expect(allocations { numbers.append(1) }.count == 1)
        numbers.reserveCapacity(64)
        #expect(allocations { numbers.append(2) }.count == 0)
        #expect(numbers == [1, 2])
    }

    @Test("sees an instance of a class")
    func instance() {
        let (count, instance) = allocations { Instance.made() }
        #expect(count == 1)
        #expect(instance.number == 7)
    }

    @Test("sees every door of the C allocator", arguments: CAllocation.allCases)
    func cAllocation(_ door: CAllocation) {
        let (count, succeeded) = allocations { door.allocatesAndFrees() }
        #expect(count == 1)
        #expect(succeeded)
    }

    @Test("counts no block that was refused before the heap was asked")
    func refusals() {
        let (count, refused) = allocations {
            // SAFETY: a refused request touches no memory.
            var block: UnsafeMutableRawPointer?
            return unsafe posix_memalign(&block, 24, 8) == EINVAL && reallocarray(nil, Int.max, 3) == nil
        }
        #expect(refused)
        #expect(count == 0)
    }

    @Test("sees the calling thread only")
    func otherThreads() {
        let (count, others) = allocations { allocationsOfAThread() }
        // Making a thread costs the maker a block or two.
        #expect(count < 100)
        #expect(others == 1_000)
    }
}

/// What a thread that allocates a thousand blocks counts of itself.
private func allocationsOfAThread() -> Int {
    var thread = pthread_t()
    var counted: UnsafeMutableRawPointer?
    // SAFETY: the thread takes no argument and is joined here; what it returns is a number, never an address.
    unsafe pthread_create(
        &thread, nil,
        { _ in
            let thousand = allocations { for _ in 0..<1_000 { _ = CAllocation.malloc.allocatesAndFrees() } }
            return unsafe UnsafeMutableRawPointer(bitPattern: thousand.count)
        }, nil)
    unsafe pthread_join(thread, &counted)
    return Int(bitPattern: counted)
}

/// The doors of the C allocator.
enum CAllocation: CaseIterable {
    case malloc, calloc, realloc, reallocarray, posixMemalign, alignedAlloc

    /// Takes a block through this door and gives it back; false when there was none.
    func allocatesAndFrees() -> Bool {
        // SAFETY: the block comes from the allocator, is given back here only, and is never read.
        let block = unsafe allocate()
        unsafe free(block)
        return unsafe block != nil
    }

    // Not inlined, so that the optimiser can't see that nothing is done with the block and drop both calls.
    @inline(never)
    private func allocate() -> UnsafeMutableRawPointer? {
        // SAFETY: nothing is read or written; the caller gives the block back.
        switch self {
        case .malloc: return unsafe Glibc.malloc(64)
        case .calloc: return unsafe Glibc.calloc(8, 8)
        case .realloc: return unsafe Glibc.realloc(nil, 64)
        case .reallocarray: return unsafe Glibc.reallocarray(nil, 8, 8)
        case .alignedAlloc: return unsafe aligned_alloc(64, 64)
        case .posixMemalign:
            var block: UnsafeMutableRawPointer?
            return unsafe posix_memalign(&block, 64, 64) == 0 ? block : nil
        }
    }
}

final class Instance {
    let number = 7

    // Not inlined, so that the optimiser can't see that the instance could live on the stack.
    @inline(never)
    static func made() -> Instance { Instance() }
}
