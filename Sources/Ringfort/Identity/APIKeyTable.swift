import Bytes
import Identity
import RateLimiting
import SQLite
import Tokens

/// The API keys at one time: immutable, and asked without a lock, an allocation or a reference that is counted.
final class APIKeyTable: Sendable {
    /// How many keys it has that are not revoked.
    let count: Int
    private let ids: ByteStringTable
    // INVARIANT: an entry for each of `ids`, by its number, and one more for those that are none.
    private let entries: FixedArray<Entry>

    /// What is known of a key.
    struct Entry: BitwiseCopyable {
        let hash: SecretHash
        let scopes: ScopeSet
        /// The key's own limit, if it has one.
        let rate: CellRate?
        let expiresUnixSeconds: Int64
        let isRevoked: Bool
    }

    /// A table of `keys`. What they grant beyond the scopes that the table of scopes knows is left out.
    ///
    /// - Throws: `ServerError.setting` when a key has a limit that can't be had.
    init(_ keys: [APIKey], scopes: ScopeTable) throws(ServerError) {
        let entries = try FixedArray(count: keys.count + 1) { index throws(ServerError) in
            try index < keys.count ? Entry(keys[index], scopes) : .nobody
        }
        self.entries = entries
        ids = ByteStringTable(keys.map { (kind: 0, text: $0.id) })
        count = keys.count { $0.revokedUnixSeconds == nil }
    }

    /// What is known of the key that a client has brought.
    ///
    /// A key of an unknown name costs what one with a wrong secret does: its secret is hashed, and compared in constant time.
    /// - Throws: why it is refused. The client must not learn it.
    func check(_ key: PresentedAPIKey, nowUnixSeconds: Int64) throws(APIKeyFault) -> Entry {
        let number = ids.value(0, key.id) ?? entries.count - 1
        guard SecretHash(of: key.secret) == entries[number].hash, number < entries.count - 1 else {
            throw number < entries.count - 1 ? .wrongSecret : .unknown
        }
        guard !entries[number].isRevoked else { throw .revoked }
        guard nowUnixSeconds < entries[number].expiresUnixSeconds else { throw .expired }
        return entries[number]
    }
}

extension APIKeyTable.Entry {
    /// What stands where no key is.
    fileprivate static var nobody: Self {
        Self(
            hash: SecretHash(hexadecimal: RawSpan()), scopes: ScopeSet(), rate: nil, expiresUnixSeconds: 0,
            isRevoked: true)
    }

    fileprivate init(_ key: APIKey, _ known: ScopeTable) throws(ServerError) {
        hash = key.hash
        scopes = known.set(of: key.scopes.utf8.span.raw)
        expiresUnixSeconds = key.expiresUnixSeconds ?? .max
        isRevoked = key.revokedUnixSeconds != nil
        guard let limit = key.limit, key.revokedUnixSeconds == nil else {
            rate = nil
            return
        }
        do throws(RateError) {
            rate = try CellRate(tokens: limit.requests, everySeconds: limit.everySeconds, burst: limit.burst)
        } catch {
            throw .setting(name: "API key \(key.id)", reason: "its limit can't be had (\(error)): revoke it")
        }
    }
}

/// Why an API key is refused. It goes to the log by its name; a client learns nothing but that the key is invalid.
enum APIKeyFault: Error {
    case malformed
    case unknown
    case wrongSecret
    case revoked
    case expired
    /// Credentials must be bound to a certificate here, and a key is bound to none.
    case unbound

    /// Whether the client has the key's secret, so that the log may name the key.
    var isOfOwner: Bool {
        switch self {
        case .malformed, .unknown, .wrongSecret: false
        case .revoked, .expired, .unbound: true
        }
    }

    /// A stable name for the log.
    var name: StaticString {
        switch self {
        case .malformed: "malformed_api_key"
        case .unknown: "unknown_api_key"
        case .wrongSecret: "wrong_api_key_secret"
        case .revoked: "revoked_api_key"
        case .expired: "expired_api_key"
        case .unbound: "unbound_api_key"
        }
    }
}

extension ServerConfiguration {
    /// The API keys that its database has now; none where it has no database.
    func apiKeys() throws(ServerError) -> [APIKey] {
        do throws(SQLiteError) {
            return try identity?.service?.store.apiKeys() ?? []
        } catch {
            throw .setting(name: "identity", reason: "the API keys can't be read: \(error)")
        }
    }
}
