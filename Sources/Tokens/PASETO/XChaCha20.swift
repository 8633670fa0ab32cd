internal import Bytes
internal import CSodium

/// The stream cipher XChaCha20 (draft-irtf-cfrg-xchacha), alone and with Poly1305.
enum XChaCha20 {
    static let keyBytes = 32
    static let nonceBytes = 24
    /// How long the code of Poly1305 is.
    static let tagBytes = 16

    /// Encrypts or decrypts `range` of `buffer` in place. Key and nonce of other lengths trap. O(n).
    static func apply(key: RawSpan, nonce: RawSpan, to buffer: inout ByteBuffer, in range: Range<Int>) {
        precondition(key.byteCount == keyBytes && nonce.byteCount == nonceBytes, "wrong length of key or nonce")
        var bytes = buffer.mutableBytes
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.byteCount, "range out of bounds")
        // SAFETY: the range lies inside the buffer, key and nonce are as long as libsodium reads; no pointer leaves.
        unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe key.withUnsafeBytes { key in
                unsafe nonce.withUnsafeBytes { nonce in
                    guard let base = bytes.baseAddress else { return }
                    unsafe ringfort_xchacha20_xor(
                        base + range.lowerBound, range.count, nonce.baseAddress, key.baseAddress)
                }
            }
        }
    }

    /// Appends `message`, encrypted, and its code, which covers `associated` too. O(n).
    static func seal(
        _ message: RawSpan, associated: RawSpan, key: RawSpan, nonce: RawSpan, into buffer: inout ByteBuffer
    ) {
        precondition(key.byteCount == keyBytes && nonce.byteCount == nonceBytes, "wrong length of key or nonce")
        buffer.append(count: message.byteCount + tagBytes) { target in
            // SAFETY: the target has room for message and code, key and nonce are as long as libsodium reads; no pointer
            // leaves.
            unsafe target.withUnsafeMutableBytes { target in
                unsafe message.withUnsafeBytes { message in
                    unsafe associated.withUnsafeBytes { associated in
                        unsafe key.withUnsafeBytes { key in
                            unsafe nonce.withUnsafeBytes { nonce in
                                unsafe ringfort_xchacha20poly1305_seal(
                                    target.baseAddress, message.baseAddress, message.count, associated.baseAddress,
                                    associated.count, nonce.baseAddress, key.baseAddress)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Decrypts what `buffer` holds from `start` on, in place, and drops the code. Returns false, and leaves nothing of
    /// meaning there, when it was not sealed with this key, nonce and associated data. O(n).
    static func open(
        _ buffer: inout ByteBuffer, from start: Int, associated: RawSpan, key: RawSpan, nonce: RawSpan
    ) -> Bool {
        precondition(key.byteCount == keyBytes && nonce.byteCount == nonceBytes, "wrong length of key or nonce")
        let count = buffer.count - start
        guard start >= 0, count >= tagBytes else { return false }
        var bytes = buffer.mutableBytes
        // SAFETY: `count` bytes follow `start`, key and nonce are as long as libsodium reads, and it decrypts in place; no
        // pointer leaves.
        let isOpened = unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe associated.withUnsafeBytes { associated in
                unsafe key.withUnsafeBytes { key in
                    unsafe nonce.withUnsafeBytes { nonce in
                        let base = unsafe bytes.baseAddress.map { unsafe $0 + start }
                        return unsafe ringfort_xchacha20poly1305_open(
                            base, base, count, associated.baseAddress, associated.count, nonce.baseAddress,
                            key.baseAddress) == 0
                    }
                }
            }
        }
        buffer.truncate(to: buffer.count - tagBytes)
        return isOpened
    }
}
