internal import Bytes
internal import CSodium

/// Comparisons of what an attacker must not learn byte by byte.
enum ConstantTime {
    /// Whether both hold the same bytes, in a time that depends on their lengths only.
    static func equals(_ left: RawSpan, _ right: RawSpan) -> Bool {
        guard left.byteCount == right.byteCount else { return false }
        // SAFETY: both sides are as long as each other, and neither pointer leaves.
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                unsafe ringfort_equal_codes(left.baseAddress, right.baseAddress, left.count) == 1
            }
        }
    }
}
