internal import Bytes

/// An API key as it is kept: all of it but its secret.
public struct APIKey: Sendable, Equatable {
    /// Its public name, with which the key itself begins: `rfk_` and twelve characters of a–z and 0–9. It never comes back.
    public let id: String
    /// The hash of its secret.
    public let hash: SecretHash
    /// What it is for, in the words of whoever made it.
    public let label: String
    /// What it grants: names with single spaces between them (RFC 6749 section 3.3).
    public let scopes: String
    /// How much it may ask for, everywhere; nil for what the routes say of a principal.
    public let limit: APIKeyLimit?
    /// When it was made, in Unix seconds.
    public let createdUnixSeconds: Int64
    /// From when on it is refused, in Unix seconds; nil for never.
    public let expiresUnixSeconds: Int64?
    /// Since when it is refused because somebody has revoked it, in Unix seconds; nil where nobody has.
    public let revokedUnixSeconds: Int64?

    /// A new key, and the text that its user has to bring: a secret, to be shown once and kept nowhere.
    ///
    /// - Parameters:
    ///   - scopes: names with single spaces between them, which the caller has checked.
    ///   - expiresUnixSeconds: nil for a key that is good until it is revoked.
    public static func make(
        label: String, scopes: String, limit: APIKeyLimit? = nil, expiresUnixSeconds: Int64? = nil,
        nowUnixSeconds: Int64
    ) -> (key: APIKey, text: String) {
        let name = (0..<12).compactMap { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() }
        let id = "rfk_" + String(name)
        let secret = RandomSecret.randomText(byteCount: 32)
        let key = APIKey(
            id: id, hash: SecretHash(of: secret.utf8.span.raw), label: label, scopes: scopes, limit: limit,
            createdUnixSeconds: nowUnixSeconds, expiresUnixSeconds: expiresUnixSeconds, revokedUnixSeconds: nil)
        return (key, "\(id)_\(secret)")
    }

    /// Whether a text has the form of a key's public name. O(1).
    public static func isID(_ text: RawSpan) -> Bool {
        guard text.byteCount == idByteCount, text.starts(with: "rfk_") else { return false }
        for offset in 4..<idByteCount where text[offset] &- 0x61 >= 26 && text[offset] &- 0x30 >= 10 { return false }
        return true
    }

    static let idByteCount = 16
}

/// `requests` in every `everySeconds`, and `burst` at once.
public struct APIKeyLimit: Sendable, Equatable {
    /// How many requests are admitted in `everySeconds`.
    public let requests: UInt32
    /// The length of a period, in seconds.
    public let everySeconds: UInt32
    /// How many requests are admitted at once.
    public let burst: UInt32

    /// A limit; that it can be had is for the limiter to say.
    public init(requests: UInt32, everySeconds: UInt32, burst: UInt32) {
        self.requests = requests
        self.everySeconds = everySeconds
        self.burst = burst
    }
}

/// An API key as a client brings it: `rfk_`, twelve characters of a–z and 0–9, `_`, and the 43 of a secret in base64url.
public struct PresentedAPIKey: ~Escapable {
    /// The key's public name.
    public let id: RawSpan
    /// What proves that the client has the key: to be hashed, and never to be kept.
    public let secret: RawSpan

    /// The parts of `text`; nil when it has another form, but for the secret's characters: what was made has only those of
    /// base64url, and another text has another hash. O(1).
    @_lifetime(copy text)
    public init?(_ text: RawSpan) {
        guard text.byteCount == Self.byteCount, text[APIKey.idByteCount] == 0x5F else { return nil }
        id = text.extracting(first: APIKey.idByteCount)
        guard APIKey.isID(id) else { return nil }
        secret = text.extracting(APIKey.idByteCount + 1..<Self.byteCount)
    }

    private static let byteCount = 60
}
