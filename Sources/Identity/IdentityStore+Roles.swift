internal import Bytes
public import SQLite

extension IdentityStore {
    /// Sets what a role grants, and makes the role where there is none of the name. What it grants no longer goes
    /// with the next token of who has it; what is new comes with his next login.
    ///
    /// - Parameter scopes: names with single spaces between them (RFC 6749 section 3.3), which the caller has checked.
    public func setRole(_ name: String, scopes: String) throws(SQLiteError) {
        try change { connection throws(SQLiteError) in try Self.setRole(name, scopes, connection) }
    }

    static func setRole(
        _ name: String, _ scopes: String, _ connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try Statement(
            "INSERT INTO roles VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET scopes = ?2", on: connection)
        try insert.bind(name.utf8.span.raw, at: 1)
        try insert.bind(scopes.utf8.span.raw, at: 2)
        try insert.run()
    }

    /// All roles with their scopes, by name.
    public func roles() throws(SQLiteError) -> [(name: String, scopes: String)] {
        try ask { connection throws(SQLiteError) in
            var select = try Statement("SELECT name, scopes FROM roles ORDER BY name", on: connection)
            var roles: [(name: String, scopes: String)] = []
            while try select.step() { roles.append((String(select.text(0)), String(select.text(1)))) }
            return roles
        }
    }
}
