internal import Bytes

/// A use of a key and a token's nonce behind it: what PASETO's versions 3 and 4 derive a key for that use and token from.
struct DerivationMessage {
    private var storage = InlineArray<64, UInt8>(repeating: 0)
    private var count = 0

    /// Name and nonce have at most 64 bytes together; more traps.
    init(_ use: StaticString, nonce: RawSpan) {
        let useCount = use.utf8CodeUnitCount
        count = useCount + nonce.byteCount
        precondition(count <= storage.count, "no room for the message")
        var target = storage.mutableSpan
        // SAFETY: both fit (checked above), one behind the other; a literal lives for ever, and no pointer leaves.
        unsafe target.withUnsafeMutableBytes { target in
            unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: use.utf8Start, count: useCount))
            unsafe nonce.withUnsafeBytes {
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[useCount...]).copyMemory(from: $0)
            }
        }
    }

    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { storage.span.raw.extracting(0..<count) }
    }
}
