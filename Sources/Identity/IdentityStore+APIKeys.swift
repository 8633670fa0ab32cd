internal import Bytes
public import SQLite

extension IdentityStore {
    /// The most API keys that are not revoked.
    public static let mostAPIKeys = 50_000

    /// Keeps a new API key. False when there are `mostAPIKeys` that nobody has revoked.
    public func add(_ key: APIKey) throws(SQLiteError) -> Bool {
        try change { connection throws(SQLiteError) in
            let count = try connection.integer("SELECT count(*) FROM api_keys WHERE revoked IS NULL") ?? 0
            guard count < Self.mostAPIKeys else { return false }
            var insert = try Statement(
                """
                INSERT INTO api_keys (id, hash, label, scopes, created, expires, requests, seconds, burst)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                """, on: connection)
            try insert.bind(key.id.utf8.span.raw, at: 1)
            try insert.bind(key.hash.hexadecimal.utf8.span.raw, at: 2)
            try insert.bind(key.label.utf8.span.raw, at: 3)
            try insert.bind(key.scopes.utf8.span.raw, at: 4)
            try insert.bind(key.createdUnixSeconds, at: 5)
            if let expires = key.expiresUnixSeconds { try insert.bind(expires, at: 6) }
            if let limit = key.limit {
                try insert.bind(Int64(limit.requests), at: 7)
                try insert.bind(Int64(limit.everySeconds), at: 8)
                try insert.bind(Int64(limit.burst), at: 9)
            }
            try insert.run()
            return true
        }
    }

    /// Revokes an API key, for ever; one that is revoked already stays so. False when there is none of that name.
    public func revokeAPIKey(_ id: String, nowUnixSeconds: Int64) throws(SQLiteError) -> Bool {
        try change { connection throws(SQLiteError) in
            var update = try Statement(
                "UPDATE api_keys SET revoked = coalesce(revoked, ?2) WHERE id = ?1", on: connection)
            try update.bind(id.utf8.span.raw, at: 1)
            try update.bind(nowUnixSeconds, at: 2)
            try update.run()
            return connection.changedRows > 0
        }
    }

    /// All API keys that are not revoked, the oldest first, and behind them those that were, the last one first. Of these the
    /// oldest are left out when there are very many.
    public func apiKeys() throws(SQLiteError) -> [APIKey] {
        try ask { connection throws(SQLiteError) in
            var select = try Statement(
                """
                SELECT id, hash, label, scopes, created, expires, revoked, requests, seconds, burst FROM api_keys
                ORDER BY revoked IS NOT NULL, revoked DESC, created, id LIMIT 60000
                """, on: connection)
            var keys: [APIKey] = []
            while try select.step() { keys.append(APIKey(select)) }
            return keys
        }
    }
}

extension APIKey {
    /// The key in the row at hand. What is not there reads as 0.
    fileprivate init(_ row: borrowing Statement) {
        func moment(_ column: Int32) -> Int64? { row.integer(column) == 0 ? nil : row.integer(column) }
        id = String(row.text(0))
        hash = SecretHash(hexadecimal: row.text(1))
        label = String(row.text(2))
        scopes = String(row.text(3))
        createdUnixSeconds = row.integer(4)
        expiresUnixSeconds = moment(5)
        revokedUnixSeconds = moment(6)
        limit =
            row.integer(7) == 0
            ? nil
            : APIKeyLimit(
                requests: UInt32(clamping: row.integer(7)), everySeconds: UInt32(clamping: row.integer(8)),
                burst: UInt32(clamping: row.integer(9)))
    }
}
