internal import Bytes
internal import CSodium

/// A secret that is random by itself: 32 bytes from the system as base64url, behind a prefix that says what it is, so that
/// one which leaks is recognised. Kept as its hash only; a text that nobody can guess needs no slow one.
public struct RandomSecret: Sendable {
    /// What a secret is for.
    public enum Kind: String, Sendable, CaseIterable {
        case refreshToken = "rfr_"
        case clientSecret = "rfs_"
    }

    /// The secret, to be shown once.
    public let text: String

    /// A new one.
    public init(_ kind: Kind) { text = kind.rawValue + Self.randomText(byteCount: Self.byteCount) }

    /// What is kept of it.
    public var hash: String { Self.hash(of: text.utf8.span.raw) }

    /// Whether a text has the form of a secret of this kind. O(n).
    public static func hasForm(_ text: RawSpan, of kind: Kind) -> Bool {
        let prefix = kind.rawValue.utf8.count
        guard text.byteCount == prefix + textCount(byteCount),
            text.extracting(first: prefix).equals(kind.rawValue.utf8.span.raw)
        else { return false }
        for offset in prefix..<text.byteCount {
            switch text[offset] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: continue
            default: return false
            }
        }
        return true
    }

    /// What is kept of a secret with this text: its BLAKE2b-256, in hexadecimal digits. O(n).
    public static func hash(of text: RawSpan) -> String { SecretHash(of: text).hexadecimal }

    /// So many random bytes as base64url: a password, say.
    public static func randomText(byteCount: Int) -> String {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var text = [UInt8](repeating: 0, count: textCount(byteCount) + 1)
        // SAFETY: libsodium writes the arrays' bytes, the last of the text a zero, during the calls only.
        unsafe ringfort_random(&bytes, bytes.count)
        unsafe ringfort_base64url_encode(&text, text.count, bytes, bytes.count)
        return String(decoding: text.dropLast(), as: UTF8.self)
    }

    private static func textCount(_ byteCount: Int) -> Int { (byteCount * 4 + 2) / 3 }

    private static let byteCount = 32
}
