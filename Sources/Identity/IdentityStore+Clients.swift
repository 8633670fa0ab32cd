internal import Bytes
internal import CSodium
public import SQLite

extension IdentityStore {
    /// Adds a client.
    ///
    /// - Parameters:
    ///   - id: 1 to 64 bytes of `[A-Za-z0-9._@-]`, which the caller has checked.
    ///   - scopes: names with single spaces between them, which the caller has checked.
    /// - Returns: its secret, to be shown once; nil when a client or a user has, or had, the name.
    public func addClient(
        _ id: String, label: String, scopes: String, mayIntrospect: Bool, nowUnixSeconds: Int64
    ) throws(SQLiteError) -> RandomSecret? {
        let secret = RandomSecret(.clientSecret)
        let isAdded = try change { connection throws(SQLiteError) in
            var insert = try Statement(
                """
                INSERT INTO clients SELECT ?1, ?2, ?3, ?4, ?5, NULL, ?6
                WHERE NOT EXISTS (SELECT 1 FROM users WHERE name = ?1) ON CONFLICT (id) DO NOTHING
                """, on: connection)
            try insert.bind(id.utf8.span.raw, at: 1)
            try insert.bind(secret.hash.utf8.span.raw, at: 2)
            try insert.bind(label.utf8.span.raw, at: 3)
            try insert.bind(scopes.utf8.span.raw, at: 4)
            try insert.bind(mayIntrospect ? 1 : 0, at: 5)
            try insert.bind(nowUnixSeconds, at: 6)
            try insert.run()
            return connection.changedRows == 1
        }
        return isAdded ? secret : nil
    }

    /// All clients, by name.
    public func clients() throws(SQLiteError) -> [Client] {
        try ask { connection throws(SQLiteError) in
            var select = try Statement(
                "SELECT id, label, scopes, may_introspect, disabled, created FROM clients ORDER BY id", on: connection)
            var clients: [Client] = []
            while try select.step() { clients.append(Client(select)) }
            return clients
        }
    }

    /// Gives a client no more tokens; it may not ask for anything. False when there is none of the name.
    public func disableClient(_ id: String, nowUnixSeconds: Int64) throws(SQLiteError) -> Bool {
        try change { connection throws(SQLiteError) in
            var update = try Statement(
                "UPDATE clients SET disabled = coalesce(disabled, ?2) WHERE id = ?1", on: connection)
            try update.bind(id.utf8.span.raw, at: 1)
            try update.bind(nowUnixSeconds, at: 2)
            try update.run()
            return connection.changedRows == 1
        }
    }

    /// Gives a client another secret; the one before it is good for nothing from now on.
    ///
    /// - Returns: the secret, to be shown once; nil when there is no client of the name.
    public func setClientSecret(_ id: String) throws(SQLiteError) -> RandomSecret? {
        let secret = RandomSecret(.clientSecret)
        let isChanged = try change { connection throws(SQLiteError) in
            var update = try Statement("UPDATE clients SET secret = ?2 WHERE id = ?1", on: connection)
            try update.bind(id.utf8.span.raw, at: 1)
            try update.bind(secret.hash.utf8.span.raw, at: 2)
            try update.run()
            return connection.changedRows == 1
        }
        return isChanged ? secret : nil
    }

    /// The client with this name and this secret; nil when there is none, it has another secret, or it is disabled. Which of
    /// these it is doesn't show in the time that it takes: a secret is always hashed and compared.
    public func client(_ id: String, secret: String) throws(SQLiteError) -> Client? {
        let hash = RandomSecret.hash(of: secret.utf8.span.raw)
        return try ask { connection throws(SQLiteError) in
            var select = try Statement(
                """
                SELECT id, label, scopes, may_introspect, disabled, created, secret FROM clients WHERE id = ?1
                """, on: connection)
            try select.bind(id.utf8.span.raw, at: 1)
            guard try select.step() else {
                _ = Self.equals(hash.utf8.span.raw, Self.nobodysHash.utf8.span.raw)
                return nil
            }
            let client = Client(select)
            let isRight = Self.equals(hash.utf8.span.raw, select.text(6))
            return isRight && client.disabledUnixSeconds == nil ? client : nil
        }
    }

    /// Whether a client has the name: a user of it would be taken for the client (RFC 9068 section 5), as a client would for him.
    static func hasClient(_ id: String, _ connection: borrowing Connection) throws(SQLiteError) -> Bool {
        var select = try Statement("SELECT 1 FROM clients WHERE id = ?1", on: connection)
        try select.bind(id.utf8.span.raw, at: 1)
        return try select.step()
    }

    /// Whether two hashes are the same, in a time that doesn't say where they differ.
    private static func equals(_ left: RawSpan, _ right: RawSpan) -> Bool {
        guard left.byteCount == right.byteCount else { return false }
        // SAFETY: both have as many bytes, and are read during the call only.
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                unsafe ringfort_equal_codes(left.baseAddress, right.baseAddress, left.count) == 1
            }
        }
    }

    /// What no secret has as its hash: hashes have lower-case digits.
    private static let nobodysHash = String(repeating: "A", count: 64)
}

extension Client {
    /// The client in the row at hand, whose columns are those that both statements ask for.
    fileprivate init(_ row: borrowing Statement) {
        id = String(row.text(0))
        label = String(row.text(1))
        scopes = String(row.text(2))
        mayIntrospect = row.integer(3) == 1
        // What is no number reads as 0.
        disabledUnixSeconds = row.integer(4) == 0 ? nil : row.integer(4)
        createdUnixSeconds = row.integer(5)
    }
}
