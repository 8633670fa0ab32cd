import CLinux
import Foundation
import Testing

@testable import SQLite

@Suite("A database file")
struct DatabaseFileTests {
    private static let migrations: [StaticString] = [
        "CREATE TABLE things (name TEXT NOT NULL) STRICT; INSERT INTO things VALUES ('first')",
        "ALTER TABLE things ADD COLUMN size INTEGER NOT NULL DEFAULT 7",
    ]

    @Test("is made for its owner only, and so are its log and its index")
    func modes() throws {
        let file = try TemporaryFile()
        let mask = umask(0)
        defer { umask(mask) }
        let connection = try DatabaseFile.open(file.path, migrations: Self.migrations)
        #expect(try file.modes == ["test.db": 0o600, "test.db-wal": 0o600, "test.db-shm": 0o600])
        _ = consume connection
    }

    @Test("is brought to the newest version from each older one, once")
    func migrates() throws {
        let file = try TemporaryFile()
        for count in [0, 1, 2, 2] {
            let connection = try DatabaseFile.open(file.path, migrations: Array(Self.migrations.prefix(count)))
            #expect(try connection.integer("PRAGMA user_version") == Int64(count))
        }
        let connection = try DatabaseFile.open(file.path, migrations: Self.migrations)
        #expect(try connection.integer("SELECT sum(size) FROM things") == 7)
        #expect(try connection.integer("PRAGMA synchronous") == 2)
    }

    @Test("stays what it was when a migration fails, and no part of it is kept")
    func failedMigration() throws {
        let file = try TemporaryFile()
        _ = try DatabaseFile.open(file.path, migrations: [Self.migrations[0]])
        do throws(DatabaseError) {
            _ = try DatabaseFile.open(file.path, migrations: Self.migrations + ["CREATE TABLE new (a); BROKEN"])
            Issue.record("a broken migration passed")
        } catch {
            guard case .sqlite(file.path, _) = error else {
                Issue.record("refused for another reason: \(error)")
                return
            }
        }
        let connection = try DatabaseFile.open(file.path, migrations: [Self.migrations[0]])
        #expect(try connection.integer("SELECT count(*) FROM sqlite_schema") == 1)
    }

    @Test("is refused when a newer program has written it")
    func newer() throws {
        let file = try TemporaryFile()
        _ = try DatabaseFile.open(file.path, migrations: Self.migrations)
        refuses(file, migrations: [Self.migrations[0]], as: .newer(path: file.path, version: 2, known: 1))
    }

    @Test("is refused when another program's tables are in it")
    func foreign() throws {
        let file = try TemporaryFile()
        let other = try DatabaseFile.open(file.path, migrations: [])
        try other.execute("CREATE TABLE others (a)")
        refuses(file, migrations: Self.migrations, as: .foreign(path: file.path))
    }

    @Test("is refused when its version is none that a program of ours writes")
    func negativeVersion() throws {
        let file = try TemporaryFile()
        let other = try DatabaseFile.open(file.path, migrations: [])
        try other.setPragma("user_version", -1)
        refuses(file, migrations: Self.migrations, as: .foreign(path: file.path))
    }

    @Test("is refused when others may read or write it", arguments: [0o644, 0o660, 0o602])
    func openToOthers(mode: Int) throws {
        let file = try TemporaryFile()
        file.write([], mode: mode)
        refuses(file, migrations: [], as: .openToOthers(path: file.path, mode: UInt32(mode)))
    }

    @Test("is refused when it is no database, and left as it was")
    func noDatabase() throws {
        let file = try TemporaryFile()
        let content = Array(String(repeating: "no database ", count: 500).utf8)
        file.write(content)
        refuses(file, migrations: [], as: .sqlite(path: file.path, SQLiteError(code: 26)))
        #expect(FileManager.default.contents(atPath: file.path) == Data(content))
    }

    @Test("is refused when it is a directory, or when its directory is not there")
    func noFile() throws {
        let file = try TemporaryFile()
        let nowhere = "\(file.directory)/none/test.db"
        refuses(nowhere, migrations: [], as: .file(path: nowhere, errno: ENOENT))
        refuses(file.directory, migrations: [], as: .notRegular(path: file.directory))
    }

    @Test("is refused in a directory that may not be written to")
    func readOnlyDirectory() throws {
        let file = try TemporaryFile()
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: file.directory)
        // To root no directory is closed. On Linux the user for files is a thread's own.
        let user = setfsuid(65534)
        defer { setfsuid(uid_t(user)) }
        refuses(file, migrations: [], as: .file(path: file.path, errno: EACCES))
        #expect(try file.modes.isEmpty)
    }

    private func refuses(_ file: TemporaryFile, migrations: [StaticString], as expected: DatabaseError) {
        refuses(file.path, migrations: migrations, as: expected)
    }

    private func refuses(_ path: String, migrations: [StaticString], as expected: DatabaseError) {
        do throws(DatabaseError) {
            _ = try DatabaseFile.open(path, migrations: migrations)
            Issue.record("\(path) was opened")
        } catch {
            #expect(error == expected)
            #expect("\(error)".contains("'\(path)'"))
        }
    }
}
