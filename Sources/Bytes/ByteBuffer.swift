public import Glibc

/// Bytes that grow, in one owner's hands: what every writer of the project writes to.
///
/// The buffer keeps its memory when it is emptied, so that one that is used again and again allocates nothing.
@safe
public struct ByteBuffer: ~Copyable {
    // INVARIANT: `base` points to `room` writable bytes that this value alone owns; the first `filled` are initialised.
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var filled: Int
    @usableFromInline var room: Int

    /// How many bytes are in it.
    @inlinable
    public var count: Int { filled }

    /// How many bytes fit before the next growth.
    @inlinable
    public var capacity: Int { room }

    /// An empty buffer with room for `capacity` bytes.
    @inlinable
    public init(capacity: Int) {
        precondition(capacity >= 0, "negative capacity")
        unsafe base = .allocate(byteCount: max(capacity, 64), alignment: 64)
        room = max(capacity, 64)
        filled = 0
    }

    /// A copy of `bytes`. O(n).
    public init(copying bytes: RawSpan) {
        self.init(capacity: bytes.byteCount)
        append(bytes)
    }

    deinit { unsafe base.deallocate() }

    /// Whether nothing is in it.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// What has been written.
    @inlinable
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // SAFETY: the first `count` bytes are initialised (invariant), and live as long as self is borrowed.
            let span = unsafe RawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// What has been written, to be changed in place.
    @inlinable
    public var mutableBytes: MutableRawSpan {
        @_lifetime(&self)
        mutating get {
            // SAFETY: the first `count` bytes are initialised (invariant), and exclusive while self is.
            let span = unsafe MutableRawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, mutating: &self)
        }
    }

    /// Makes room for `additional` more bytes. Amortised O(1) a byte.
    @inlinable
    public mutating func reserve(_ additional: Int) {
        if capacity - count < additional { grow(by: additional) }
    }

    @inline(never)
    @usableFromInline
    mutating func grow(by additional: Int) {
        precondition(additional >= 0 && additional <= Int.max / 4 - count, "buffer too large")
        let wanted = max(capacity * 2, count + additional)
        // SAFETY: the new block is at least as large; the old one is given back once, here.
        let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 64)
        unsafe larger.copyMemory(from: base, byteCount: count)
        unsafe base.deallocate()
        unsafe base = larger
        room = wanted
    }

    /// Appends one byte.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        // SAFETY: `reserve` left at least one byte free behind `count`.
        unsafe base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        filled &+= 1
    }

    /// Appends a copy of `bytes`. O(n).
    @inlinable
    public mutating func append(_ bytes: RawSpan) {
        let added = bytes.byteCount
        reserve(added)
        // SAFETY: `reserve` left `added` bytes free, and a borrowed span can't alias memory that self owns exclusively.
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe (base + count).copyMemory(from: start, byteCount: added)
        }
        filled &+= added
    }

    /// Appends the bytes of a literal.
    @inlinable
    @inline(__always)
    public mutating func append(_ literal: StaticString) {
        let added = literal.utf8CodeUnitCount
        reserve(added)
        // SAFETY: `reserve` left `added` bytes free; a literal lives for ever and is never written to.
        unsafe (base + count).copyMemory(from: literal.utf8Start, byteCount: added)
        filled &+= added
    }

    /// Appends a string's UTF-8. For the edges: messages, configuration, tests.
    ///
    /// Disfavoured, since a literal would otherwise become a `String` here, and take the slow way.
    @_disfavoredOverload
    public mutating func append(_ string: String) {
        var string = string
        string.withUTF8 { utf8 in
            // SAFETY: the span is used while the closure holds the string's storage.
            let span = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(utf8))
            append(span)
        }
    }

    /// Appends `count` bytes that `body` writes, all of them, through the span it is given.
    @inlinable
    public mutating func append<Failure: Error>(
        count added: Int, _ body: (inout MutableRawSpan) throws(Failure) -> Void
    ) throws(Failure) {
        precondition(added >= 0, "negative count")
        reserve(added)
        // Zeroed first, so that a body that writes less never shows what the memory held before.
        // SAFETY: `reserve` left `added` bytes free; they are initialised here, before anyone can read them.
        unsafe memset(base + count, 0, added)
        var span = unsafe MutableRawSpan(_unsafeStart: base + count, byteCount: added)
        try body(&span)
        filled &+= added
    }

    /// Removes the first `removed` bytes, and moves the rest to the front. O(bytes that stay).
    @inlinable
    public mutating func removeFirst(_ removed: Int) {
        precondition(removed >= 0 && removed <= count, "removal out of range")
        filled &-= removed
        // SAFETY: source and target lie inside the block; memmove allows the overlap.
        if removed > 0 && count > 0 { unsafe memmove(base, base + removed, count) }
    }

    /// Keeps the first `kept` bytes only.
    @inlinable
    public mutating func truncate(to kept: Int) {
        precondition(kept >= 0 && kept <= count, "truncation out of range")
        filled = kept
    }

    /// Empties it; the memory stays.
    @inlinable
    public mutating func removeAll() { filled = 0 }

    /// Empties it and overwrites what it held, in a way that the optimiser keeps. For secrets.
    public mutating func wipe() {
        // SAFETY: the block is `capacity` bytes long (invariant).
        unsafe explicit_bzero(base, room)
        filled = 0
    }

    /// Calls `body` with the address of the first byte and the count, for a system call that reads them.
    ///
    /// The address holds while the buffer is neither grown nor destroyed: whoever hands it to the kernel keeps the
    /// buffer still until the completion is seen.
    @unsafe
    @inlinable
    public var address: UnsafeRawPointer { unsafe UnsafeRawPointer(base) }
}

// SAFETY: a value owns its memory alone; sending the value sends the memory.
extension ByteBuffer: @unchecked Sendable {}
