import Foundation
import Testing

@testable import Tokens

@Suite("A journal of revocations")
struct RevocationJournalTests {
    private static let now: Int64 = 1_700_000_000

    /// A directory of this test's own.
    private final class Folder {
        let journal: RevocationJournal

        init() throws {
            let path = FileManager.default.temporaryDirectory.appending(path: "ringfort-journal-\(UUID().uuidString)")
                .path
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            journal = RevocationJournal(directory: path)
        }

        deinit { try? FileManager.default.removeItem(atPath: journal.directory) }

        func bytes() throws -> Data { try Data(contentsOf: URL(filePath: journal.path)) }

        func write(_ text: String, permissions: Int = 0o600) throws {
            try Data(text.utf8).write(to: URL(filePath: journal.path))
            try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: journal.path)
        }
    }

    private static func token(_ id: String, until: Int64 = now + 100) -> Revocation {
        .token(id: id, untilUnixSeconds: until)
    }

    @Test("gives back what was written, whatever the names")
    func roundTrip() throws {
        let folder = try Folder()
        #expect(try folder.journal.revocations() == [])
        let all: [Revocation] = [
            Self.token("t\"\\ö"), .key(try KeyID("k/1")), .issuedBefore(unixSeconds: 7),
            .subject("jo", issuer: nil, issuedBeforeUnixSeconds: 5, untilUnixSeconds: Self.now + 9),
            .subject("jo", issuer: "https://i", issuedBeforeUnixSeconds: 5, untilUnixSeconds: Self.now + 9),
        ]
        for revocation in all { try folder.journal.append(revocation, nowUnixSeconds: Self.now) }
        #expect(try folder.journal.revocations() == all)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.journal.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("passes over a line that a crash has cut off, wherever, and cuts it off when it writes")
    func tornLine() throws {
        let folder = try Folder()
        try folder.journal.append(Self.token("first"), nowUnixSeconds: Self.now)
        let first = try folder.bytes()
        try folder.journal.append(Self.token("second"), nowUnixSeconds: Self.now)
        let both = try folder.bytes()
        for end in first.count..<both.count {
            try both.prefix(end).write(to: URL(filePath: folder.journal.path))
            #expect(try folder.journal.revocations() == [Self.token("first")])
            try folder.journal.append(Self.token("third"), nowUnixSeconds: Self.now)
            #expect(try folder.journal.revocations() == [Self.token("first"), Self.token("third")])
        }
        // What a file system leaves of a block that was never written.
        try (first + Data(count: 100)).write(to: URL(filePath: folder.journal.path))
        #expect(try folder.journal.revocations() == [Self.token("first")])
    }

    @Test(
        "stops at a whole line that it can't understand",
        arguments: [
            "", "x", "{}", "[1]", #"{"token":"t"}"#, #"{"token":1,"until":5}"#, #"{"token":"t","until":"5"}"#,
            #"{"subject":"t","until":5}"#, #"{"subject":"s","issued_before":1,"issuer":2,"until":3}"#, #"{"key":""}"#,
            #"{"issued_before":"x"}"#, #"{"token":"t","until":5} x"#,
            #"{"token":"","until":9}"#, #"{"subject":"","issued_before":1,"until":9}"#,
            #"{"token":"a\u0000","until":9}"#,
            "{\"token\":\"\(String(repeating: "t", count: 1_025))\",\"until\":9}",
        ])
    func malformedLine(line: String) throws {
        let folder = try Folder()
        try folder.write("{\"issued_before\":1}\n\(line)\n{\"issued_before\":2}\n")
        let error = RevocationError.malformedLine(path: folder.journal.path, number: 2)
        #expect(throws: error) { try folder.journal.revocations() }
        #expect(throws: error) { try folder.journal.append(Self.token("t"), nowUnixSeconds: Self.now) }
    }

    @Test("is neither read nor written when others have access to it", arguments: [0o644, 0o620])
    func permissions(mode: Int) throws {
        let folder = try Folder()
        try folder.write("", permissions: mode)
        #expect(throws: RevocationError.self) { try folder.journal.revocations() }
        #expect(throws: RevocationError.self) { try folder.journal.append(Self.token("t"), nowUnixSeconds: Self.now) }
    }

    @Test(
        "refuses names that no reader would take",
        arguments: [
            .token(id: "", untilUnixSeconds: 1), .token(id: "a\nb", untilUnixSeconds: 1),
            .token(id: String(repeating: "x", count: 1_025), untilUnixSeconds: 1),
            .subject("", issuer: nil, issuedBeforeUnixSeconds: 1, untilUnixSeconds: 2),
            .subject("jo", issuer: "", issuedBeforeUnixSeconds: 1, untilUnixSeconds: 2),
        ] as [Revocation])
    func names(revocation: Revocation) throws {
        let folder = try Folder()
        #expect(throws: RevocationError.invalidText) {
            try folder.journal.append(revocation, nowUnixSeconds: Self.now)
        }
    }

    @Test("drops what is over when it has become long, and keeps the rest")
    func compaction() throws {
        let folder = try Folder()
        let over = (0..<1_500).map { "{\"token\":\"over-\($0)\",\"until\":\(Self.now)}\n" }.joined()
        try folder.write(over + "{\"key\":\"stays\"}\n")
        try folder.journal.append(Self.token("new"), nowUnixSeconds: Self.now)
        #expect(try folder.journal.revocations() == [.key(try KeyID("stays")), Self.token("new")])
        #expect(try folder.bytes().count < 100)
    }

    @Test("takes no more than its most, says so, and forgets nothing")
    func bounds() throws {
        let folder = try Folder()
        let most = RevocationJournal.mostRevocations
        try folder.write((0..<most).map { "{\"token\":\"t\($0)\",\"until\":\(Self.now + 5)}\n" }.joined())
        let before = try folder.bytes()
        #expect(throws: RevocationError.full(path: folder.journal.path)) {
            try folder.journal.append(Self.token("one more"), nowUnixSeconds: Self.now)
        }
        #expect(try folder.bytes() == before)
        // What is in the list already can be renewed, and what is over makes room.
        try folder.journal.append(Self.token("t1"), nowUnixSeconds: Self.now)
        try folder.journal.append(Self.token("one more"), nowUnixSeconds: Self.now + 6)
        #expect(try folder.journal.revocations().contains(Self.token("one more")))
        #expect(try folder.bytes().count < 200)
    }

    @Test("takes no more than its most bytes")
    func mostBytes() throws {
        let folder = try Folder()
        let name = String(repeating: "x", count: 1_000)
        func line(_ number: Int) -> String { "{\"token\":\"\(name)\(number + 10_000)\",\"until\":\(Self.now + 5)}\n" }
        try folder.write((0..<RevocationJournal.mostBytes / line(0).utf8.count).map(line).joined())
        #expect(throws: RevocationError.full(path: folder.journal.path)) {
            try folder.journal.append(Self.token(name), nowUnixSeconds: Self.now)
        }
    }

    @Test("has one reader at a time, which tells when a revocation is in force")
    func reader() throws {
        let folder = try Folder()
        #expect(try folder.journal.notifyReader(timeoutMilliseconds: 1) == .noServer)
        var reader: RevocationReader? = try RevocationReader(folder.journal)
        try reader?.reload(keyring: Keyring(), nowUnixSeconds: Self.now) { $0.count == 0 }
        #expect(throws: RevocationError.inUse(path: folder.journal.directory, processID: getpid())) {
            _ = try RevocationReader(folder.journal)
        }
        #expect(try folder.journal.notifyReader(timeoutMilliseconds: 1) == .inForce(processID: getpid()))
        try folder.journal.append(Self.token("t"), nowUnixSeconds: Self.now)
        try reader?.reload(keyring: Keyring(), nowUnixSeconds: Self.now) { $0.count == 1 }
        #expect(try folder.journal.notifyReader(timeoutMilliseconds: 1) == .inForce(processID: getpid()))
        reader = nil
        #expect(try folder.journal.notifyReader(timeoutMilliseconds: 1) == .noServer)
    }

    @Test("keeps two names apart that look alike, also when it is written anew")
    func lookalikes() throws {
        let folder = try Folder()
        let dead = (0..<1_100).map { "{\"token\":\"d\($0)\",\"until\":1}\n" }.joined()
        let alike = ["{\"token\":\"\u{E9}\",\"until\":9}\n", "{\"token\":\"e\u{301}\",\"until\":9}\n"]
        try folder.write(dead + alike.joined())
        try folder.journal.append(Self.token("new", until: 9), nowUnixSeconds: 5)
        #expect(try folder.bytes() == Data((alike.joined() + "{\"token\":\"new\",\"until\":9}\n").utf8))
    }

    @Test("is not taken for read when a line has taken the place of one that was cut off")
    func sameLength() throws {
        let folder = try Folder()
        let first = "{\"token\":\"a\",\"until\":\(Self.now + 100)}\n"
        try folder.write(first + String(repeating: " ", count: first.utf8.count))
        let reader = try RevocationReader(folder.journal)
        try reader.reload(keyring: Keyring(), nowUnixSeconds: Self.now) { _ in true }
        let before = JournalMark(path: folder.journal.path)
        try folder.journal.append(Self.token("b"), nowUnixSeconds: Self.now)
        #expect(try folder.bytes().count == 2 * first.utf8.count)
        #expect(JournalMark(path: folder.journal.path) != before)
    }

    @Test("that says more is in force than may be is refused, not trapped over")
    func tooMany() throws {
        let folder = try Folder()
        let count = RevocationJournal.mostRevocations + 1
        try folder.write((0..<count).map { "{\"token\":\"t\($0)\",\"until\":9}\n" }.joined())
        #expect(throws: RevocationError.full(path: folder.journal.path)) {
            try folder.journal.list(keyring: Keyring(), nowUnixSeconds: 5)
        }
        #expect(try folder.journal.list(keyring: Keyring(), nowUnixSeconds: 10).count == 0)
    }

    @Test("of a directory that is not there is empty")
    func noDirectory() throws {
        #expect(try RevocationJournal(directory: "/nonexistent/ringfort").revocations() == [])
    }
}
