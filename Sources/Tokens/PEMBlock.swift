internal import Bytes
internal import COpenSSL

/// What stands between a `BEGIN` and its `END` of PEM text (RFC 7468), decoded by OpenSSL.
@safe
struct PEMBlock: ~Copyable {
    // INVARIANT: `base` points to `count` bytes that OpenSSL allocated and that this value alone owns.
    private let base: UnsafeMutablePointer<UInt8>
    private let count: Int
    /// What the block says it is, such as `PRIVATE KEY`.
    let label: String

    /// - Throws: `KeyError.malformedPEM` unless `text` is one block, which starts it, and white space.
    init(_ text: RawSpan) throws(KeyError) {
        guard text.starts(with: "-----BEGIN ") else { throw .malformedPEM }
        let source = try MemorySource(text)
        var name: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var content: UnsafeMutablePointer<UInt8>?
        var count = 0
        // SAFETY: OpenSSL writes to the four variables, during the call only; what it allocates is freed or owned below.
        unsafe PEM_read_bio(source.bio, &name, &header, &content, &count)
        ERR_clear_error()
        defer {
            unsafe ringfort_openssl_free(name)
            unsafe ringfort_openssl_free(header)
        }
        guard let content = unsafe content, let name = unsafe name else { throw .malformedPEM }
        guard source.isAtEnd() else {
            unsafe ringfort_openssl_clear_free(content, count)
            throw .malformedPEM
        }
        unsafe label = String(cString: name)
        unsafe base = content
        self.count = count
    }

    // SAFETY: OpenSSL allocated the bytes; they are wiped and given back once.
    deinit { unsafe ringfort_openssl_clear_free(base, count) }

    /// The decoded bytes.
    var content: RawSpan {
        @_lifetime(borrow self)
        get {
            // SAFETY: `count` bytes are initialised (invariant), and live as long as self is borrowed.
            let span = unsafe RawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}

/// Borrowed text as something that OpenSSL reads from.
@safe
private struct MemorySource: ~Copyable, ~Escapable {
    // INVARIANT: a BIO over the text that this value borrows, owned by this value alone.
    let bio: OpaquePointer

    @_lifetime(borrow text)
    init(_ text: borrowing RawSpan) throws(KeyError) {
        // SAFETY: the BIO refers to the text without a copy; this value can't outlive the text.
        let bio = unsafe text.withUnsafeBytes { unsafe BIO_new_mem_buf($0.baseAddress, Int32($0.count)) }
        guard let bio = unsafe bio else { throw .malformedPEM }
        unsafe self.bio = bio
    }

    // SAFETY: the BIO is this value's own, and freed once.
    deinit { unsafe BIO_free(bio) }

    /// Whether nothing but white space is left.
    func isAtEnd() -> Bool {
        var byte: UInt8 = 0
        // SAFETY: one byte is read into `byte` at a time, during each call only.
        while unsafe BIO_read(bio, &byte, 1) == 1 {
            guard byte == 0x20 || (0x09...0x0D).contains(byte) else { return false }
        }
        return true
    }
}
