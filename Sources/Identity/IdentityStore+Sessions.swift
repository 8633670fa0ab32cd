internal import Bytes
public import SQLite

/// Who wants to log in, as far as he is known.
public struct LoginCandidate: Sendable {
    let id: Int64
    /// The hash of his password.
    public let password: PasswordHash
    /// When somebody has set the password, in Unix seconds.
    let changed: Int64
    /// Whether he may not log in.
    public let isDisabled: Bool
}

/// What a session is handed: of the refresh token the hash, and of the access token the name.
public struct SessionTokens: Sendable {
    let refreshHash: String
    let accessTokenID: String
    let accessExpiresUnixSeconds: Int64

    /// The tokens that are about to be made.
    public init(refreshHash: String, accessTokenID: String, accessExpiresUnixSeconds: Int64) {
        self.refreshHash = refreshHash
        self.accessTokenID = accessTokenID
        self.accessExpiresUnixSeconds = accessExpiresUnixSeconds
    }
}

/// An access token that was made for a session.
public struct SessionAccessToken: Sendable, Equatable {
    /// Its `jti`.
    public let id: String
    /// When it expires.
    public let expiresUnixSeconds: Int64
}

/// What became of an attempt to open a session.
public enum SessionStart: Sendable, Equatable {
    case opened(scope: String)
    /// None of the scopes that were asked for is granted.
    case nothingGranted
    /// The user was disabled, or his password changed, while it was checked.
    case userHasChanged
}

/// What became of a refresh token that was shown.
public enum Rotation: Sendable, Equatable {
    case rotated(user: String, scope: String, expiresUnixSeconds: Int64)
    case unknown
    /// Its session has expired, or was revoked, or its user is disabled.
    case ended(user: String)
    /// It was used before: somebody else has it. Its session has ended now; these access tokens of it still live.
    case reused(user: String, accessTokens: [SessionAccessToken])
}

extension IdentityStore {
    /// The user of a name, and whether he has logged in from an address since a time. It costs the same where there is none.
    ///
    /// - Returns: `decoy`, too: some user's hash, the same for a name as long as the process lives. Compared with where there is no
    ///   user, it makes names that nobody has cost what users' do, whose hashes were perhaps not all made at one cost.
    public func candidate(
        named name: String, address: String, sinceUnixSeconds since: Int64
    ) throws(SQLiteError) -> (user: LoginCandidate?, decoy: PasswordHash?, knowsAddress: Bool) {
        try ask { connection throws(SQLiteError) in
            var select = try Statement(
                "SELECT id, password, changed, disabled IS NOT NULL FROM users WHERE name = ?1", on: connection)
            try select.bind(name.utf8.span.raw, at: 1)
            var user: LoginCandidate?
            if try select.step() {
                user = LoginCandidate(
                    id: select.integer(0), password: PasswordHash(text: String(select.text(1))),
                    changed: select.integer(2), isDisabled: select.integer(3) != 0)
            }
            var other = try Statement(
                "SELECT password FROM users WHERE id > ?1 % (SELECT max(id) FROM users) ORDER BY id LIMIT 1",
                on: connection)
            try other.bind(Int64(name.hashValue & Int.max), at: 1)
            let decoy = try other.step() ? PasswordHash(text: String(other.text(0))) : nil
            var known = try Statement(
                "SELECT 1 FROM known_addresses WHERE user = ?1 AND address = ?2 AND seen >= ?3", on: connection)
            try known.bind(user?.id ?? 0, at: 1)
            try known.bind(address.utf8.span.raw, at: 2)
            try known.bind(since, at: 3)
            return (user, decoy, try known.step())
        }
    }

    /// Opens a session for a user whose password was right, and remembers the address.
    ///
    /// - Parameters:
    ///   - scopes: those that were asked for; nil for all that his roles grant.
    ///   - newHash: what his password's hash shall be from now on; nil for what it is.
    ///   - since: addresses that were seen before are forgotten.
    public func openSession(
        of user: LoginCandidate, scopes: [String]?, newHash: PasswordHash?, address: String, tokens: SessionTokens,
        expiresUnixSeconds expires: Int64, forgettingAddressesBefore since: Int64, nowUnixSeconds now: Int64
    ) throws(SQLiteError) -> SessionStart {
        try change { connection throws(SQLiteError) in
            // The same password may have been hashed anew meanwhile, by another login.
            var check = try Statement(
                "SELECT 1 FROM users WHERE id = ?1 AND (password = ?2 OR changed = ?3) AND disabled IS NULL",
                on: connection)
            try check.bind(user.id, at: 1)
            try check.bind(user.password.text.utf8.span.raw, at: 2)
            try check.bind(user.changed, at: 3)
            guard try check.step() else { return .userHasChanged }
            check.reset()
            let granted = try Self.scopes(ofUser: user.id, connection)
            let scope = (scopes.map { granted.filter($0.contains) } ?? granted).joined(separator: " ")
            guard scopes == nil || !scope.isEmpty else { return .nothingGranted }
            if let newHash {
                var update = try Statement("UPDATE users SET password = ?2 WHERE id = ?1", on: connection)
                try update.bind(user.id, at: 1)
                try update.bind(newHash.text.utf8.span.raw, at: 2)
                try update.run()
            }
            try Self.remember(address, ofUser: user.id, since, now, connection)
            var old = try Statement("DELETE FROM sessions WHERE user = ?1 AND expires <= ?2", on: connection)
            try old.bind(user.id, at: 1)
            try old.bind(now, at: 2)
            try old.run()
            var insert = try Statement(
                "INSERT INTO sessions (user, scope, created, expires) VALUES (?1, ?2, ?3, ?4)", on: connection)
            try insert.bind(user.id, at: 1)
            try insert.bind(scope.utf8.span.raw, at: 2)
            try insert.bind(now, at: 3)
            try insert.bind(expires, at: 4)
            try insert.run()
            try Self.add(tokens, toSession: connection.lastInsertedID, connection)
            return .opened(scope: scope)
        }
    }

    /// Takes a refresh token, once, and puts another in its place. What the session may is cut to what the user's roles grant now.
    ///
    /// - Parameters:
    ///   - hash: that of the token that was shown.
    ///   - mostTokens: how many refresh tokens a session may have had: all are kept, to be known when they come again. With the next
    ///     one it ends.
    public func rotate(
        refreshHash hash: String, to tokens: SessionTokens, mostTokens: Int64 = 10_000, nowUnixSeconds now: Int64
    ) throws(SQLiteError) -> Rotation {
        try change { connection throws(SQLiteError) in
            var select = try Statement(
                """
                SELECT sessions.id, users.id, users.name, sessions.scope, sessions.expires, refresh_tokens.used IS NOT NULL,
                    sessions.revoked IS NOT NULL OR sessions.expires <= ?2 OR users.disabled IS NOT NULL
                FROM refresh_tokens JOIN sessions ON sessions.id = session JOIN users ON users.id = sessions.user
                WHERE hash = ?1
                """, on: connection)
            try select.bind(hash.utf8.span.raw, at: 1)
            try select.bind(now, at: 2)
            guard try select.step() else { return .unknown }
            let (session, userID, user) = (select.integer(0), select.integer(1), String(select.text(2)))
            let (scope, expires) = (String(select.text(3)), select.integer(4))
            let (isUsed, hasEnded) = (select.integer(5) != 0, select.integer(6) != 0)
            select.reset()
            // Also where it has ended: what could not be revoked then is to be tried again.
            guard !isUsed else {
                return .reused(user: user, accessTokens: try Self.end(session, now, connection))
            }
            guard !hasEnded else { return .ended(user: user) }
            var count = try Statement("SELECT count(*) FROM refresh_tokens WHERE session = ?1", on: connection)
            try count.bind(session, at: 1)
            guard try count.step(), count.integer(0) < mostTokens else {
                count.reset()
                _ = try Self.end(session, now, connection)
                return .ended(user: user)
            }
            count.reset()
            var update = try Statement("UPDATE refresh_tokens SET used = ?2 WHERE hash = ?1", on: connection)
            try update.bind(hash.utf8.span.raw, at: 1)
            try update.bind(now, at: 2)
            try update.run()
            try Self.add(tokens, toSession: session, connection)
            let granted = try Self.scopes(ofUser: userID, connection)
            let kept = scope.split(separator: " ").filter { granted.contains(String($0)) }
            return .rotated(user: user, scope: kept.joined(separator: " "), expiresUnixSeconds: expires)
        }
    }

    /// Ends the session of a refresh token, if there is one.
    ///
    /// - Returns: its user, and the access tokens of it that still live, as `Rotation.reused` has them; nil where there is none.
    public func endSession(
        refreshHash hash: String, nowUnixSeconds now: Int64
    ) throws(SQLiteError) -> (user: String, accessTokens: [SessionAccessToken])? {
        try change { connection throws(SQLiteError) in
            var select = try Statement(
                """
                SELECT sessions.id, users.name FROM refresh_tokens JOIN sessions ON sessions.id = session
                JOIN users ON users.id = sessions.user WHERE hash = ?1
                """, on: connection)
            try select.bind(hash.utf8.span.raw, at: 1)
            guard try select.step() else { return nil }
            let (session, user) = (select.integer(0), String(select.text(1)))
            select.reset()
            return (user, try Self.end(session, now, connection))
        }
    }

    /// The scopes that a user's roles grant, each once, in alphabetical order.
    private static func scopes(ofUser id: Int64, _ connection: borrowing Connection) throws(SQLiteError) -> [String] {
        var select = try Statement(
            "SELECT scopes FROM user_roles JOIN roles ON roles.name = role WHERE user = ?1", on: connection)
        try select.bind(id, at: 1)
        var names: Set<String> = []
        while try select.step() {
            for name in String(select.text(0)).split(separator: " ") { names.insert(String(name)) }
        }
        return names.sorted()
    }

    private static func remember(
        _ address: String, ofUser id: Int64, _ since: Int64, _ now: Int64, _ connection: borrowing Connection
    ) throws(SQLiteError) {
        var forget = try Statement("DELETE FROM known_addresses WHERE user = ?1 AND seen < ?2", on: connection)
        try forget.bind(id, at: 1)
        try forget.bind(since, at: 2)
        try forget.run()
        var insert = try Statement(
            "INSERT INTO known_addresses VALUES (?1, ?2, ?3) ON CONFLICT (user, address) DO UPDATE SET seen = ?3",
            on: connection)
        try insert.bind(id, at: 1)
        try insert.bind(address.utf8.span.raw, at: 2)
        try insert.bind(now, at: 3)
        try insert.run()
    }

    private static func add(
        _ tokens: SessionTokens, toSession session: Int64, _ connection: borrowing Connection
    ) throws(SQLiteError) {
        var insert = try Statement(
            "INSERT INTO refresh_tokens (hash, session, access_token, access_expires) VALUES (?1, ?2, ?3, ?4)",
            on: connection)
        try insert.bind(tokens.refreshHash.utf8.span.raw, at: 1)
        try insert.bind(session, at: 2)
        try insert.bind(tokens.accessTokenID.utf8.span.raw, at: 3)
        try insert.bind(tokens.accessExpiresUnixSeconds, at: 4)
        try insert.run()
    }

    /// How many access tokens of a session are named when it ends. Where there is one more, there may be any number: each would
    /// take a place in the journal of revocations.
    public static let mostNamedAccessTokens = 4

    /// Ends a session; returns the access tokens of it that live, the one that lives longest first: all of them, or one more than
    /// are named.
    private static func end(
        _ session: Int64, _ now: Int64, _ connection: borrowing Connection
    ) throws(SQLiteError) -> [SessionAccessToken] {
        var update = try Statement(
            "UPDATE sessions SET revoked = coalesce(revoked, ?2) WHERE id = ?1", on: connection)
        try update.bind(session, at: 1)
        try update.bind(now, at: 2)
        try update.run()
        var select = try Statement(
            """
            SELECT access_token, access_expires FROM refresh_tokens WHERE session = ?1 AND access_expires > ?2
            ORDER BY access_expires DESC LIMIT ?3
            """, on: connection)
        try select.bind(session, at: 1)
        try select.bind(now, at: 2)
        try select.bind(Int64(mostNamedAccessTokens + 1), at: 3)
        var tokens: [SessionAccessToken] = []
        while try select.step() {
            tokens.append(SessionAccessToken(id: String(select.text(0)), expiresUnixSeconds: select.integer(1)))
        }
        return tokens
    }
}
