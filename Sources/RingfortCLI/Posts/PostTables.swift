/// The tables of the posts, version by version. What has been released is never changed, only added to.
enum PostTables {
    static let migrations: [StaticString] = [
        // AUTOINCREMENT: the id of a deleted post never comes back. A few posts to read and to delete come with a new
        // database: 121, 122 and 123.
        """
        CREATE TABLE posts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            version INTEGER NOT NULL,
            author_subject TEXT NOT NULL,
            author_issuer TEXT NOT NULL,
            title TEXT NOT NULL,
            body TEXT NOT NULL,
            tags TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT;
        INSERT INTO posts VALUES
            (121, 1, 'alice', '', 'A ring and a fort', 'What an API server owes to those who call it.', '[]',
                1761991200, 1761991200),
            (122, 1, 'bob', '', 'Scopes', 'A token says who you are. Its scopes say what you may do.', '[]',
                1762077600, 1762077600),
            (123, 1, 'alice', '', 'To be deleted', 'By somebody who may, and once only.', '[]',
                1762164000, 1762164000);
        """
    ]
}
