import Bytes
import Foundation
import Testing

@testable import Tokens

@Suite("PASERK against the standard's vectors")
struct PASERKVectorTests {
    private static let versions = PASERKHeader.Version.allCases

    @Test(
        "keys by themselves are written and read", arguments: versions, [PASERKHeader.KeyType.local, .public, .secret])
    func plain(version: PASERKHeader.Version, type: PASERKHeader.KeyType) throws {
        let header = PASERKHeader(version: version, type: type)
        var counts = (usable: 0, opaque: 0, refused: 0)
        for row in try rows(header) {
            guard !row.mustFail else {
                try expectRefusal(row, header)
                counts.refused += 1
                continue
            }
            let (text, bytes) = (try row.text("paserk"), try row.bytes("key"))
            let raw = try RawKey(header, copying: bytes.span.raw)
            var written = ByteBuffer(capacity: 256)
            header.append(raw.bytes.bytes, to: &written)
            #expect(String(written.bytes) == text, "\(row.name)")
            let read = try header.decode(text.utf8Bytes.span.raw)
            #expect(read.bytes.array == bytes, "\(row.name)")
            // Some rows hold bytes that no curve has: well written, and no key.
            guard let key = try? PASERK.verificationKey(text.utf8Bytes.span.raw, id: KeyID("a")) else {
                #expect(!PlainBytes.areKey(header, bytes), "\(row.name)")
                counts.opaque += 1
                continue
            }
            #expect(key.algorithm == header.algorithm, "\(row.name)")
            try expectSameText(text, type: type)
            counts.usable += 1
        }
        print(
            "PASERK \(header.text.dropLast()): \(counts.usable) keys, \(counts.opaque) that are none, "
                + "\(counts.refused) refused")
        #expect(counts.usable + counts.opaque > 0 && counts.refused > 0)
    }

    @Test("ids are those of others", arguments: versions, [PASERKHeader.KeyType.localID, .publicID, .secretID])
    func ids(version: PASERKHeader.Version, type: PASERKHeader.KeyType) throws {
        let header = PASERKHeader(version: version, type: type)
        let keyType: PASERKHeader.KeyType =
            type == .localID ? .local : type == .publicID ? .public : .secret
        let keyHeader = PASERKHeader(version: version, type: keyType)
        var counts = (valid: 0, refused: 0)
        for row in try rows(header) {
            if row.mustFail {
                try expectRefusal(row, keyHeader)
                counts.refused += 1
            } else {
                let bytes = try row.bytes("key")
                #expect(try Self.id(keyHeader, bytes) == row.text("paserk"), "\(row.name)")
                counts.valid += 1
            }
        }
        print("PASERK \(header.text.dropLast()): \(counts.valid) ids, \(counts.refused) refused")
        #expect(counts.valid > 0)
    }

    private static func id(_ header: PASERKHeader, _ bytes: [UInt8]) throws -> String {
        let key = try RawKey(header, copying: bytes.span.raw)
        return try key.id().text
    }

    @Test("keys under a key are opened and made", arguments: versions, [PASERKHeader.KeyType.localWrap, .secretWrap])
    func wraps(version: PASERKHeader.Version, type: PASERKHeader.KeyType) throws {
        let header = PASERKHeader(version: version, type: type)
        var counts = (valid: 0, refused: 0)
        for row in try rows(header) {
            let text = try row.text("paserk").utf8Bytes
            let keyBytes = try row.bytes("wrapping-key")
            let wrappingKey = try RawKey(
                PASERKHeader(version: version, type: .local), copying: keyBytes.span.raw)
            if row.mustFail {
                #expect(throws: KeyError.self, "\(row.name)") {
                    _ = try PIE.key(text.span.raw, wrappingKey: wrappingKey)
                }
                counts.refused += 1
                continue
            }
            let key = try PIE.key(text.span.raw, wrappingKey: wrappingKey)
            let bytes = key.bytes.bytes.array
            #expect(try bytes == row.bytes("unwrapped"), "\(row.name)")
            let body = try header.decode(text.span.raw)
            let codeBytes = PASERKSuite(version).codeBytes
            var again = ByteBuffer(capacity: 256)
            try PIE.append(
                key, wrappingKey: wrappingKey, nonce: body.bytes.extracting(codeBytes..<codeBytes + 32), to: &again)
            #expect(again.bytes.array == text, "\(row.name)")
            counts.valid += 1
        }
        print("PASERK \(header.text.dropLast()): \(counts.valid) opened and made, \(counts.refused) refused")
        #expect(counts.valid > 0 && counts.refused > 0)
    }

    @Test(
        "keys under a password are opened and made", arguments: versions,
        [PASERKHeader.KeyType.localPassword, .secretPassword])
    func passwords(version: PASERKHeader.Version, type: PASERKHeader.KeyType) throws {
        let header = PASERKHeader(version: version, type: type)
        var counts = (valid: 0, refused: 0)
        for row in try rows(header) {
            let (text, password) = (try row.text("paserk").utf8Bytes, try row.text("password").utf8Bytes)
            if row.mustFail {
                #expect(throws: KeyError.self, "\(row.name)") {
                    _ = try PBKW.key(text.span.raw, password: password.span.raw, for: header.algorithm, atMost: .most)
                }
                counts.refused += 1
                continue
            }
            let key = try PBKW.key(text.span.raw, password: password.span.raw, for: header.algorithm, atMost: .most)
            let bytes = key.bytes.bytes.array
            #expect(try bytes == row.bytes("unwrapped"), "\(row.name)")
            let body = try header.decode(text.span.raw)
            let parameters = PasswordParameters(
                version, body.bytes.extracting(0..<PasswordParameters.byteCount(version)))
            var again = ByteBuffer(capacity: 256)
            try PBKW.append(key, header, password: password.span.raw, parameters, to: &again)
            #expect(again.bytes.array == text, "\(row.name)")
            counts.valid += 1
        }
        print("PASERK \(header.text.dropLast()): \(counts.valid) opened and made, \(counts.refused) refused")
        #expect(counts.valid > 0 && counts.refused > 0)
    }

    @Test("sealed keys are opened and made", arguments: versions)
    func seals(version: PASERKHeader.Version) throws {
        let header = PASERKHeader(version: version, type: .seal)
        var counts = (valid: 0, refused: 0)
        for row in try rows(header) {
            let text = try row.text("paserk").utf8Bytes
            guard let recipient = try recipient(row, version) else {
                // The row of another version gives a key of another version.
                #expect(row.mustFail)
                counts.refused += 1
                continue
            }
            if row.mustFail {
                #expect(throws: KeyError.self, "\(row.name)") { _ = try Seal.key(text.span.raw, recipient) }
                counts.refused += 1
                continue
            }
            let key = try Seal.key(text.span.raw, recipient)
            let bytes = key.bytes.bytes.array
            #expect(try bytes == row.bytes("unsealed"), "\(row.name)")
            var again = ByteBuffer(capacity: 256)
            try PASERK.append(
                key.signingKey(id: KeyID("a")), sealedFor: recipient.verificationKey, to: &again)
            let opened = try Seal.key(again.bytes, recipient)
            #expect(opened.bytes.bytes.array == bytes, "\(row.name)")
            counts.valid += 1
        }
        print("PASERK \(header.text.dropLast()): \(counts.valid) opened and made, \(counts.refused) refused")
        #expect(counts.valid > 0 && counts.refused > 0)
    }

    @Test("version 1 is refused by name", arguments: PASERKHeader.KeyType.allCases)
    func version1(type: PASERKHeader.KeyType) throws {
        var count = 0
        let local = try TestKeys.signing(.v4Local)
        let id = try KeyID("a")
        // Not every file has a text.
        let texts = try ["k1.\(type.rawValue).AAAA"] + rows("k1.\(type.rawValue)").compactMap(\.paserk)
        for text in texts.filter({ $0.hasPrefix("k1.") }).map(\.utf8Bytes) {
            let type = "k1." + type.rawValue.prefix { $0 != "." }
            let expected = KeyError.unsupportedPASERK(type: type)
            #expect(throws: expected) { try PASERK.verificationKey(text.span.raw, id: id) }
            #expect(throws: expected) { try PASERK.signingKey(text.span.raw, wrappedWith: local, id: id) }
            #expect(throws: expected) { try PASERK.signingKey(text.span.raw, password: text.span.raw, id: id) }
            #expect(throws: expected) { try PASERK.signingKey(text.span.raw, sealedFor: local, id: id) }
            count += 1
        }
        print("PASERK k1.\(type.rawValue): \(count) refused by name")
        #expect(count > 0)
    }
}

// MARK: - Rows

extension PASERKVectorTests {
    private struct Row {
        let name: String
        let mustFail: Bool
        let members: [String: Any]

        var paserk: String? { members["paserk"] as? String }

        func text(_ member: String) throws -> String { try #require(members[member] as? String) }
        func bytes(_ member: String) throws -> [UInt8] { [UInt8](hex: try text(member)) }
    }

    private func rows(_ header: PASERKHeader) throws -> [Row] { try rows(String(header.text.dropLast())) }

    private func rows(_ name: String) throws -> [Row] {
        try #require(Vectors.object("paseto/PASERK/\(name).json")["tests"] as? [[String: Any]]).map {
            Row(
                name: try #require($0["name"] as? String), mustFail: $0["expect-fail"] as? Bool == true, members: $0)
        }
    }

    /// Either a text that must not be read, or a key that must not be written.
    private func expectRefusal(_ row: Row, _ header: PASERKHeader) throws {
        if let text = row.members["paserk"] as? String {
            #expect(throws: KeyError.malformedPASERK, "\(row.name)") {
                try PASERK.verificationKey(text.utf8Bytes.span.raw, id: KeyID("a"))
            }
            return
        }
        let key = try row.text("key")
        let bytes = key.hasPrefix("-----") ? key.utf8Bytes : [UInt8](hex: key)
        #expect(throws: KeyError.malformedPASERK, "\(row.name)") { _ = try RawKey(header, copying: bytes.span.raw) }
        guard key.hasPrefix("-----") else { return }
        // A key of RSA in PEM, which no file name makes a key for PASETO.
        let name = "a.v\(header.version.rawValue.dropFirst())public.pem"
        #expect(throws: KeyError.FileFault.self, "\(row.name)") {
            try KeyFile.key(#require(KeyFileName(name)), content: bytes.span.raw)
        }
    }

    private func expectSameText(_ text: String, type: PASERKHeader.KeyType) throws {
        var again = ByteBuffer(capacity: 256)
        if type == .public {
            try PASERK.append(PASERK.verificationKey(text.utf8Bytes.span.raw, id: KeyID("a")), to: &again)
        } else {
            try PASERK.append(PASERK.signingKey(text.utf8Bytes.span.raw, id: KeyID("a")), to: &again)
        }
        #expect(String(again.bytes) == text)
    }

    private func recipient(_ row: Row, _ version: PASERKHeader.Version) throws -> SigningKey? {
        let key = try row.text("sealing-secret-key")
        let id = try KeyID("a")
        guard version != .k3 else {
            guard key.hasPrefix("-----"), case .secret(let key) = try P384PEM.key(key.utf8Bytes.span.raw) else {
                return nil
            }
            return .v3Public(key, id: id)
        }
        let secret = try Ed25519SecretKey(seed: Array([UInt8](hex: key).prefix(32)).span.raw)
        return version == .k2 ? .v2Public(secret, id: id) : .v4Public(secret, id: id)
    }
}

/// What is known of the vectors' keys without the code under test.
private enum PlainBytes {
    /// Whether bytes of this kind can be a key: zeros are none, and a point of P-384 or Ed25519 needs a square root that
    /// half of all numbers have.
    static func areKey(_ header: PASERKHeader, _ bytes: [UInt8]) -> Bool {
        switch header.type {
        case .local: true
        case .secret: !(header.version == .k3 && bytes.allSatisfy { $0 == 0 })
        default: false
        }
    }
}

extension String {
    var utf8Bytes: [UInt8] { Array(utf8) }
}
