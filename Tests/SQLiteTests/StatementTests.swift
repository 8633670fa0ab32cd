import Bytes
import Testing

@testable import SQLite

@Suite("A statement")
struct StatementTests {
    private static let table: StaticString = """
        CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (length(name) < 9)) STRICT
        """

    private static func connection(_ file: TemporaryFile) throws -> Connection {
        try DatabaseFile.open(file.path, migrations: [table])
    }

    @Test("gives back what was bound, byte for byte", arguments: ["", "a", "é\u{0}ü", "'; --", "12"])
    func roundTrip(text: String) throws {
        let file = try TemporaryFile()
        let connection = try Self.connection(file)
        var insert = try Statement("INSERT INTO things (name) VALUES (?1)", on: connection)
        try insert.bind(text.utf8.span.raw, at: 1)
        try insert.run()
        #expect(connection.lastInsertedID == 1 && connection.changedRows == 1)
        var select = try Statement("SELECT id, name FROM things WHERE id = ?1", on: connection)
        try select.bind(1, at: 1)
        #expect(try select.step())
        #expect(select.integer(0) == 1)
        #expect(String(select.text(1)) == text)
        #expect(try !select.step())
        try select.bind(.max, at: 1)
        #expect(try !select.step())
    }

    @Test("can be used again after a failure, which names SQLite's code and no value")
    func failure() throws {
        let file = try TemporaryFile()
        let connection = try Self.connection(file)
        var insert = try Statement("INSERT INTO things (name) VALUES (?1)", on: connection)
        let attempts: [(String, Int32?)] = [("secret", nil), ("secret", 2067), ("secret secret", 275), ("other", nil)]
        for (name, code) in attempts {
            try insert.bind(name.utf8.span.raw, at: 1)
            do throws(SQLiteError) {
                try insert.run()
                #expect(code == nil)
            } catch {
                #expect(error.code == code && error.condition == .fault)
                #expect(!"\(error)".contains("secret") && "\(error)".contains("constraint failed"))
            }
        }
        #expect(try connection.integer("SELECT count(*) FROM things") == 2)
    }

    @Test("fails where it does not fit the tables, or a parameter is not there")
    func misfit() throws {
        let file = try TemporaryFile()
        let connection = try Self.connection(file)
        do throws(SQLiteError) {
            _ = try Statement("SELECT size FROM things", on: connection)
            Issue.record("a column that is not there was found")
        } catch {
            #expect(error == SQLiteError(code: 1))
        }
        var select = try Statement("SELECT id FROM things", on: connection)
        do throws(SQLiteError) {
            try select.bind(1, at: 1)
            Issue.record("a parameter that is not there was bound")
        } catch {
            #expect(error == SQLiteError(code: 25))
        }
    }

    @Test("outlives its connection's value, which closes with the last statement")
    func order() throws {
        let file = try TemporaryFile()
        var statement = try Self.prepare(file)
        #expect(try !statement.step())
    }

    private static func prepare(_ file: TemporaryFile) throws -> Statement {
        let connection = try connection(file)
        return try Statement("SELECT id FROM things", on: connection)
    }

    @Test("fails as full when the database may not grow, and as busy while another connection writes")
    func conditions() throws {
        let file = try TemporaryFile()
        let connection = try Self.connection(file)
        try connection.execute("CREATE TABLE big (bytes)")
        let other = try Connection.open(file.path)
        try other.execute("PRAGMA busy_timeout = 0; PRAGMA max_page_count = 1")
        var insert = try Statement("INSERT INTO things (name) VALUES (?1)", on: other)
        try insert.bind("a".utf8.span.raw, at: 1)
        try connection.execute("BEGIN IMMEDIATE")
        #expect(condition(of: &insert) == .busy)
        try connection.execute("ROLLBACK")
        try insert.run()
        var big = try Statement("INSERT INTO big VALUES (zeroblob(1000000))", on: other)
        #expect(condition(of: &big) == .full)
    }

    private func condition(of statement: inout Statement) -> SQLiteError.Condition? {
        do throws(SQLiteError) {
            try statement.run()
            return nil
        } catch {
            return error.condition
        }
    }
}
