internal import CSodium

/// The BLAKE2b-256 of a secret that is random by itself: what is kept in its place. It needs no salt and no cost, since nobody
/// can guess 32 random bytes.
public struct SecretHash: Sendable, BitwiseCopyable {
    private var bytes = InlineArray<32, UInt8>(repeating: 0)

    /// The hash of a secret's text. Allocates nothing.
    public init(of secret: RawSpan) {
        var target = bytes.mutableSpan
        // SAFETY: libsodium reads the secret and writes the array, during the call only.
        unsafe target.withUnsafeMutableBufferPointer { target in
            unsafe secret.withUnsafeBytes { secret in
                unsafe ringfort_blake2b(target.baseAddress, target.count, secret.baseAddress, secret.count, nil, 0)
            }
        }
    }

    /// The hash that is written as 64 hexadecimal digits. Of anything else comes a hash that no secret has.
    public init(hexadecimal text: RawSpan) {
        var target = bytes.mutableSpan
        // SAFETY: libsodium reads the text and writes the array, to its end at most, during the call only.
        let isWhole = unsafe target.withUnsafeMutableBufferPointer { target in
            unsafe text.withUnsafeBytes { text in
                unsafe ringfort_hex_decode(target.baseAddress, target.count, text.baseAddress, text.count) == 1
            }
        }
        if !isWhole { bytes = InlineArray(repeating: 0) }
    }

    /// The hash as 64 hexadecimal digits.
    public var hexadecimal: String {
        var digits = [UInt8](repeating: 0, count: 65)
        // SAFETY: libsodium reads the hash, and writes 64 digits and a zero, during the call only.
        unsafe bytes.span.withUnsafeBytes { unsafe ringfort_hex_encode(&digits, $0.baseAddress, $0.count) }
        return String(decoding: digits.dropLast(), as: UTF8.self)
    }
}

extension SecretHash: Equatable {
    /// Whether both are one hash, in a time that does not depend on where they differ.
    public static func == (left: Self, right: Self) -> Bool {
        // SAFETY: both are 32 bytes, and neither pointer leaves.
        unsafe left.bytes.span.withUnsafeBytes { left in
            unsafe right.bytes.span.withUnsafeBytes { right in
                unsafe ringfort_equal_codes(left.baseAddress, right.baseAddress, left.count) == 1
            }
        }
    }
}
