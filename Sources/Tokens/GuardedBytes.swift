internal import Bytes
internal import CSodium

/// Bytes of a key in one owner's hands, unchanging, and wiped when the owner lets go.
///
/// The memory is libsodium's guarded kind: fenced by inaccessible pages, left out of core dumps, and locked as long as the
/// limit of locked memory (`ulimit -l`) allows; beyond it, libsodium goes on with memory that may be swapped out.
@safe
struct GuardedBytes: ~Copyable {
    // INVARIANT: `base` points to `count` initialised bytes from `sodium_malloc` that this value alone owns, and that
    // nobody writes to after `init`: so any thread may read them.
    private let base: UnsafeMutableRawPointer
    /// How many bytes there are.
    let count: Int

    /// `count` bytes that `body` writes into zeroed memory.
    ///
    /// - Throws: `KeyError.noGuardedMemory` when the system has none left, and whatever `body` throws.
    init(count: Int, _ body: (inout MutableRawSpan) throws(KeyError) -> Void) throws(KeyError) {
        guard Sodium.isReady, let base = unsafe sodium_malloc(count) else { throw .noGuardedMemory }
        // SAFETY: `sodium_malloc` gave `count` bytes, all of which are initialised here; a failing `body` frees them.
        unsafe sodium_memzero(base, count)
        var span = unsafe MutableRawSpan(_unsafeStart: base, byteCount: count)
        do throws(KeyError) {
            try body(&span)
        } catch {
            unsafe sodium_free(base)
            throw error
        }
        unsafe self.base = unsafe base
        self.count = count
    }

    /// A copy of `bytes`.
    init(copying bytes: RawSpan) throws(KeyError) {
        try self.init(count: bytes.byteCount) { (target: inout MutableRawSpan) throws(KeyError) in
            for offset in 0..<bytes.byteCount {
                target.storeBytes(of: bytes[offset], toByteOffset: offset, as: UInt8.self)
            }
        }
    }

    // SAFETY: the memory came from `sodium_malloc`, and is given back once; `sodium_free` wipes it first.
    deinit { unsafe sodium_free(base) }

    /// The bytes.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            // SAFETY: `count` bytes are initialised and unchanging (invariant), and live as long as self is borrowed.
            let span = unsafe RawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Calls `body` with the bytes: for owners that are objects, whose parts the compiler lends to a call only.
    func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(bytes)
    }

    /// Whether both hold the same bytes, in a time that depends on their length only.
    func equals(_ other: borrowing GuardedBytes) -> Bool { ConstantTime.equals(bytes, other.bytes) }
}

// SAFETY: a value owns its memory alone, and nobody writes to it after `init`.
extension GuardedBytes: @unchecked Sendable {}

/// The library that keeps our secrets, initialised once a process.
enum Sodium {
    /// Whether libsodium can be used: it has chosen its implementations and found a source of randomness.
    static let isReady = sodium_init() >= 0

    /// Overwrites a value that held a secret, in a way that the optimiser keeps.
    static func wipe<Value: BitwiseCopyable>(_ value: inout Value) {
        // SAFETY: the bytes of a bitwise-copyable value may be anything; they are written during the call only.
        unsafe withUnsafeMutableBytes(of: &value) { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe sodium_memzero(base, bytes.count)
        }
    }
}
