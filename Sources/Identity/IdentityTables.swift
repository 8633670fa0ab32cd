/// The tables of users, clients and keys, version by version. What has been released is never changed, only added to.
enum IdentityTables {
    static let migrations: [StaticString] = [
        // Secrets are here as hashes only: passwords as argon2id's text, what is random by itself (a client's secret, an API
        // key, a refresh token) as 32 bytes of BLAKE2b. Names of users, clients and API keys never come back: they stand in
        // tokens, journals and logs, so that rows are disabled or revoked, not deleted. Times are Unix seconds.
        """
        CREATE TABLE roles (
            name TEXT PRIMARY KEY,
            scopes TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE users (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            password TEXT NOT NULL,
            disabled INTEGER,
            created INTEGER NOT NULL,
            changed INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE user_roles (
            user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
            role TEXT NOT NULL REFERENCES roles,
            PRIMARY KEY (user, role)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE known_addresses (
            user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
            address TEXT NOT NULL,
            seen INTEGER NOT NULL,
            PRIMARY KEY (user, address)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
            scope TEXT NOT NULL,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            revoked INTEGER
        ) STRICT;
        CREATE INDEX sessions_of_user ON sessions (user);

        CREATE TABLE refresh_tokens (
            hash TEXT PRIMARY KEY,
            session INTEGER NOT NULL REFERENCES sessions ON DELETE CASCADE,
            access_token TEXT NOT NULL,
            access_expires INTEGER NOT NULL,
            used INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session);

        CREATE TABLE clients (
            id TEXT PRIMARY KEY,
            secret TEXT NOT NULL,
            label TEXT NOT NULL,
            scopes TEXT NOT NULL,
            may_introspect INTEGER NOT NULL,
            disabled INTEGER,
            created INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE api_keys (
            id TEXT PRIMARY KEY,
            hash TEXT NOT NULL,
            label TEXT NOT NULL,
            scopes TEXT NOT NULL,
            requests INTEGER,
            seconds INTEGER,
            burst INTEGER,
            created INTEGER NOT NULL,
            expires INTEGER,
            revoked INTEGER
        ) STRICT, WITHOUT ROWID;
        """
    ]
}
