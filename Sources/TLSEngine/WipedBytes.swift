internal import Bytes
internal import COpenSSL

/// Secret bytes in one owner's hands, unchanging, and wiped when the owner lets go.
@safe
struct WipedBytes: ~Copyable {
    // INVARIANT: `base` points to `capacity` initialised bytes from `CRYPTO_zalloc` that this value alone owns, and that
    // nobody writes to after `init`: so any thread may read them.
    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    /// How many of the bytes count.
    private let count: Int

    /// As many bytes as `body` says that it has written into `capacity` zeroed ones.
    ///
    /// - Throws: `TLSConfigurationError.unavailable` when there is no memory, and whatever `body` throws.
    init(
        capacity: Int, _ body: (inout MutableRawSpan) throws(TLSConfigurationError) -> Int
    ) throws(TLSConfigurationError) {
        // SAFETY: a block of `capacity` bytes, all zero; a failing `body` gives it back.
        guard let base = unsafe CRYPTO_zalloc(capacity, nil, 0) else { throw .unavailable }
        var span = unsafe MutableRawSpan(_unsafeStart: base, byteCount: capacity)
        do throws(TLSConfigurationError) {
            count = min(try body(&span), capacity)
        } catch {
            unsafe ringfort_openssl_clear_free(base, capacity)
            throw error
        }
        unsafe self.base = base
        self.capacity = capacity
    }

    // SAFETY: the block came from OpenSSL's allocator, and is given back once; it is wiped first.
    deinit { unsafe ringfort_openssl_clear_free(base, capacity) }

    /// The bytes.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // SAFETY: `count` is at most `capacity`, and the bytes live as long as self is borrowed.
            let span = unsafe RawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}

// SAFETY: a value owns its memory alone, and nobody writes to it after `init`.
extension WipedBytes: @unchecked Sendable {}
