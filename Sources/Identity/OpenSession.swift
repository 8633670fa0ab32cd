internal import Bytes
public import SQLite

/// A session that goes on, as one of its refresh tokens shows it.
public struct OpenSession: Sendable, Equatable {
    /// The user's name.
    public let user: String
    /// What its access tokens may allow at most.
    public let scopes: [String]
    /// When it was opened, in Unix seconds.
    public let createdUnixSeconds: Int64
    /// When it ends, in Unix seconds.
    public let expiresUnixSeconds: Int64
}

extension IdentityStore {
    /// The session that a refresh token would be taken for now; nil where it would not be.
    public func session(
        ofRefreshHash hash: String, nowUnixSeconds now: Int64
    ) throws(SQLiteError) -> OpenSession? {
        try ask { connection throws(SQLiteError) in
            var select = try Statement(
                """
                SELECT users.name, sessions.scope, sessions.created, sessions.expires
                FROM refresh_tokens JOIN sessions ON sessions.id = session JOIN users ON users.id = sessions.user
                WHERE hash = ?1 AND used IS NULL AND sessions.revoked IS NULL AND sessions.expires > ?2
                    AND users.disabled IS NULL
                """, on: connection)
            try select.bind(hash.utf8.span.raw, at: 1)
            try select.bind(now, at: 2)
            guard try select.step() else { return nil }
            return OpenSession(
                user: String(select.text(0)), scopes: String(select.text(1)).split(separator: " ").map(String.init),
                createdUnixSeconds: select.integer(2), expiresUnixSeconds: select.integer(3))
        }
    }
}
