public import Glibc

extension RawSpan {
    /// The byte at `offset`, which must be in `0..<byteCount`; anything else traps. O(1).
    @inlinable
    public subscript(offset: Int) -> UInt8 {
        precondition(UInt(bitPattern: offset) < UInt(bitPattern: byteCount), "byte offset out of range")
        // SAFETY: in bounds by the precondition above; a byte has no alignment.
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// Sixteen bytes from `offset`, all of which must lie inside the span; anything else traps. O(1).
    @inlinable
    public func vector16(at offset: Int) -> SIMD16<UInt8> {
        precondition(offset >= 0 && offset <= byteCount - 16, "vector out of range")
        // SAFETY: sixteen bytes are in bounds by the precondition above; the load is unaligned by name.
        return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: SIMD16<UInt8>.self)
    }

    /// An integer of the machine's byte order from `offset`, wholly inside the span; anything else traps. O(1).
    @inlinable
    public func word<Word: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Word.Type) -> Word {
        precondition(offset >= 0 && offset <= byteCount - MemoryLayout<Word>.size, "word out of range")
        // SAFETY: the word's bytes are in bounds by the precondition above; the load is unaligned by name.
        return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Word.self)
    }

    /// The first `byte` at or after `offset`, or nil. O(n), at memchr's speed.
    @inlinable
    public func firstOffset(of byte: UInt8, from offset: Int = 0) -> Int? {
        precondition(offset >= 0 && offset <= byteCount, "start out of range")
        // SAFETY: the scan is given exactly the bytes from `offset` to the end, and its pointer does not leave.
        return unsafe withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, offset < bytes.count,
                let found = unsafe memchr(start + offset, Int32(byte), bytes.count - offset)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - start
        }
    }

    /// Whether both spans hold the same bytes. O(n). Not constant in time: never for secrets.
    @inlinable
    public func equals(_ other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        // Most names have this length; two words that may overlap cost less than a call.
        if byteCount >= 8 && byteCount <= 16 {
            let end = byteCount &- 8
            return word(at: 0, as: UInt64.self) == other.word(at: 0, as: UInt64.self)
                && word(at: end, as: UInt64.self) == other.word(at: end, as: UInt64.self)
        }
        // SAFETY: both sides are `byteCount` bytes long, and neither pointer leaves.
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe memcmp(left, right, byteCount) == 0
            }
        }
    }

    /// Whether the bytes are those of `literal`. O(n).
    @inlinable
    public func equals(_ literal: StaticString) -> Bool {
        guard byteCount == literal.utf8CodeUnitCount else { return false }
        // SAFETY: the literal is `byteCount` bytes long and lives for ever.
        return unsafe withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return true }
            return unsafe memcmp(base, literal.utf8Start, byteCount) == 0
        }
    }

    /// Whether the bytes begin with those of `literal`. O(length of the literal).
    @inlinable
    public func starts(with literal: StaticString) -> Bool {
        byteCount >= literal.utf8CodeUnitCount && extracting(first: literal.utf8CodeUnitCount).equals(literal)
    }

    /// Whether the bytes equal `lowercase` when ASCII letters' case is ignored. `lowercase` must be lower case. O(n).
    @inlinable
    public func equalsIgnoringASCIICase(_ lowercase: StaticString) -> Bool {
        guard byteCount == lowercase.utf8CodeUnitCount else { return false }
        for offset in 0..<byteCount {
            // SAFETY: `offset` is below the literal's length, which is `byteCount`.
            guard self[offset].asciiLowercased == (unsafe lowercase.utf8Start[offset]) else { return false }
        }
        return true
    }
}

extension UInt8 {
    /// The byte, with `A`–`Z` turned into `a`–`z`.
    @inlinable
    public var asciiLowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// The value of an ASCII hexadecimal digit of either case, or nil.
    @inlinable
    public var hexDigitValue: UInt8? {
        let digit = self &- 0x30
        if digit < 10 { return digit }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}

extension String {
    /// A copy of `bytes`, with the replacement character for what is no UTF-8. For the edges: logs, errors, tests.
    public init(_ bytes: RawSpan) {
        // SAFETY: the pointer is used within the closure only.
        self = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

extension Span<UInt8> {
    /// The same bytes, untyped.
    @inlinable
    public var raw: RawSpan {
        @_lifetime(copy self)
        get {
            // SAFETY: `bytes` is unsafe only for elements with padding, which a byte has not.
            unsafe bytes
        }
    }
}
