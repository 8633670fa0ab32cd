internal import Bytes
public import SQLite

/// A user as the store has him.
public struct IdentityUser: Sendable, Equatable {
    /// His number.
    public let id: Int64
    /// His name, which is the subject of his tokens.
    public let name: String
    /// The names of his roles, in their order.
    public let roles: [String]
    /// Since when he may not log in, in Unix seconds; nil where he may.
    public let disabledUnixSeconds: Int64?
    /// When he was added, in Unix seconds.
    public let createdUnixSeconds: Int64
}

/// What became of a change of a user.
public enum UserChange: Sendable, Equatable {
    case done
    /// Another user, or a client, has or had the name.
    case nameTaken
    case noSuchUser
    case noSuchRole(String)
}

extension IdentityStore {
    /// Whether a text can be the name of a user or a role: 1 to 64 bytes of `[A-Za-z0-9._@-]`.
    public static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x5F, 0x40, 0x2D: true
                default: false
                }
            }
    }

    /// Adds a user. Nothing has changed unless it is `done`.
    public func addUser(
        _ name: String, password: PasswordHash, roles: [String], nowUnixSeconds now: Int64
    ) throws(SQLiteError) -> UserChange {
        try change { connection throws(SQLiteError) in
            guard try Self.id(ofUser: name, connection) == nil, try !Self.hasClient(name, connection) else {
                return .nameTaken
            }
            if let role = try Self.firstUnknown(of: roles, connection) { return .noSuchRole(role) }
            try Self.insertUser(name, password, roles, now, connection)
            return .done
        }
    }

    /// Adds the first users, each with a role of his own. False, and nothing has changed, where there is a user or a role.
    public func addFirstUsers(
        _ users: [(name: String, password: PasswordHash, role: String, scopes: String)], nowUnixSeconds now: Int64
    ) throws(SQLiteError) -> Bool {
        try change { connection throws(SQLiteError) in
            let count = try connection.integer("SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM roles)")
            guard count == 0 else { return false }
            for user in users {
                try Self.setRole(user.role, user.scopes, connection)
                try Self.insertUser(user.name, user.password, [user.role], now, connection)
            }
            return true
        }
    }

    private static func insertUser(
        _ name: String, _ password: PasswordHash, _ roles: [String], _ now: Int64, _ connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try Statement(
            "INSERT INTO users (name, password, created, changed) VALUES (?1, ?2, ?3, ?3)", on: connection)
        try insert.bind(name.utf8.span.raw, at: 1)
        try insert.bind(password.text.utf8.span.raw, at: 2)
        try insert.bind(now, at: 3)
        try insert.run()
        try give(roles, to: connection.lastInsertedID, connection)
    }

    /// Gives a user other roles in place of those that he has.
    public func setRoles(_ roles: [String], ofUser name: String) throws(SQLiteError) -> UserChange {
        try change { connection throws(SQLiteError) in
            guard let id = try Self.id(ofUser: name, connection) else { return .noSuchUser }
            if let role = try Self.firstUnknown(of: roles, connection) { return .noSuchRole(role) }
            var delete = try Statement("DELETE FROM user_roles WHERE user = ?1", on: connection)
            try delete.bind(id, at: 1)
            try delete.run()
            try Self.give(roles, to: id, connection)
            return .done
        }
    }

    /// Gives a user another password, and ends his sessions.
    public func setPassword(
        _ password: PasswordHash, ofUser name: String, nowUnixSeconds now: Int64
    ) throws(SQLiteError) -> UserChange {
        try change { connection throws(SQLiteError) in
            guard let id = try Self.id(ofUser: name, connection) else { return .noSuchUser }
            // A login that has read the old one knows it by this number, which must not stay the same within a second.
            var update = try Statement(
                "UPDATE users SET password = ?2, changed = max(?3, changed + 1) WHERE id = ?1", on: connection)
            try update.bind(id, at: 1)
            try update.bind(password.text.utf8.span.raw, at: 2)
            try update.bind(now, at: 3)
            try update.run()
            try Self.endSessions(ofUser: id, now, connection)
            return .done
        }
    }

    /// Keeps a user from logging in, and ends his sessions.
    public func disableUser(_ name: String, nowUnixSeconds now: Int64) throws(SQLiteError) -> UserChange {
        try change { connection throws(SQLiteError) in
            guard let id = try Self.id(ofUser: name, connection) else { return .noSuchUser }
            var update = try Statement(
                "UPDATE users SET disabled = coalesce(disabled, ?2) WHERE id = ?1", on: connection)
            try update.bind(id, at: 1)
            try update.bind(now, at: 2)
            try update.run()
            try Self.endSessions(ofUser: id, now, connection)
            return .done
        }
    }

    /// Lets a user log in again.
    public func enableUser(_ name: String) throws(SQLiteError) -> UserChange {
        try change { connection throws(SQLiteError) in
            var update = try Statement("UPDATE users SET disabled = NULL WHERE name = ?1", on: connection)
            try update.bind(name.utf8.span.raw, at: 1)
            try update.run()
            return connection.changedRows > 0 ? .done : .noSuchUser
        }
    }

    /// All users, by name.
    public func users() throws(SQLiteError) -> [IdentityUser] {
        try ask { connection throws(SQLiteError) in
            var select = try Statement(
                """
                SELECT id, name, coalesce(disabled, -1), created,
                    coalesce((SELECT group_concat(role, ',') FROM
                        (SELECT role FROM user_roles WHERE user = users.id ORDER BY role)), '')
                FROM users ORDER BY name
                """, on: connection)
            var users: [IdentityUser] = []
            while try select.step() {
                let disabled = select.integer(2)
                users.append(
                    IdentityUser(
                        id: select.integer(0), name: String(select.text(1)),
                        roles: String(select.text(4)).split(separator: ",").map(String.init),
                        disabledUnixSeconds: disabled < 0 ? nil : disabled, createdUnixSeconds: select.integer(3)))
            }
            return users
        }
    }

    /// The cost of the password that was changed last; nil where there are no users. New ones are to cost the same.
    public func passwordCost() throws(SQLiteError) -> PasswordHashCost? {
        try ask { connection throws(SQLiteError) in
            var select = try Statement("SELECT password FROM users ORDER BY changed DESC LIMIT 1", on: connection)
            return try select.step() ? PasswordHash(text: String(select.text(0))).cost : nil
        }
    }

    private static func id(ofUser name: String, _ connection: borrowing Connection) throws(SQLiteError) -> Int64? {
        var select = try Statement("SELECT id FROM users WHERE name = ?1", on: connection)
        try select.bind(name.utf8.span.raw, at: 1)
        return try select.step() ? select.integer(0) : nil
    }

    private static func firstUnknown(
        of roles: [String], _ connection: borrowing Connection
    ) throws(SQLiteError) -> String? {
        var select = try Statement("SELECT 1 FROM roles WHERE name = ?1", on: connection)
        for role in roles {
            try select.bind(role.utf8.span.raw, at: 1)
            guard try select.step() else { return role }
            select.reset()
        }
        return nil
    }

    private static func give(
        _ roles: [String], to user: Int64, _ connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try Statement("INSERT OR IGNORE INTO user_roles VALUES (?1, ?2)", on: connection)
        for role in roles {
            try insert.bind(user, at: 1)
            try insert.bind(role.utf8.span.raw, at: 2)
            try insert.run()
        }
    }

    private static func endSessions(
        ofUser id: Int64, _ now: Int64, _ connection: borrowing Connection
    ) throws(SQLiteError) {
        var update = try Statement(
            "UPDATE sessions SET revoked = ?2 WHERE user = ?1 AND revoked IS NULL", on: connection)
        try update.bind(id, at: 1)
        try update.bind(now, at: 2)
        try update.run()
    }
}
