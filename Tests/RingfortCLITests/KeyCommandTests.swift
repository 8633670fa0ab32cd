import Foundation
import Testing
import Tokens

@testable import RingfortCLI

@Suite("ringfort key generate")
struct KeyGenerateCommandTests {
    @Test("makes a key of any algorithm for its owner only, that signs at once", arguments: Algorithm.allCases)
    func generates(algorithm: Algorithm) throws {
        let keys = try TemporaryKeys([])
        let outcome = try keys.run(KeyGenerateCommand.command, ["--algorithm", "\(algorithm)", "--kid", "first"])
        #expect(outcome.status == 0)
        #expect(outcome.standardOutput == "first\n")
        #expect(outcome.standardError.hasSuffix("It signs from now on.\n"))
        let file = try #require(keys.files.first)
        #expect(keys.files.count == 1)
        #expect(try keys.mode(file) == 0o600)
        let keyring = try KeyDirectory(reading: keys.path).keyring
        #expect(keyring.signingKeys.map(\.algorithm) == [algorithm])
        #expect(keyring.activeSigningKey(for: algorithm)?.id.text == "first")
    }

    @Test("leaves the key in charge that signed before")
    func keepsActive() throws {
        let keys = try TemporaryKeys([.edDSA])
        let outcome = try keys.run(KeyGenerateCommand.command, ["--algorithm", "EdDSA", "--kid", "next"])
        #expect(outcome.standardError.hasSuffix("The key that signed before still does.\n"))
        let keyring = try KeyDirectory(reading: keys.path).keyring
        #expect(keyring.signingKeys.count == 2)
        #expect(try keyring.signingKey(for: .edDSA).id == keys.ids[0])
    }

    @Test("makes the data directory, for its owner only, when it is not there")
    func dataDirectory() throws {
        let keys = try TemporaryKeys([])
        let data = "\(keys.parent)/new"
        #expect(try KeyGenerateCommand.command.run(["--algorithm", "HS256", "--data", data]).status == 0)
        for path in [data, "\(data)/keys"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test("prints JSON")
    func json() throws {
        let keys = try TemporaryKeys([])
        let outcome = try keys.run(KeyGenerateCommand.command, ["--algorithm", "EdDSA", "--kid", "a", "--json"])
        let expected =
            #/{"kid":"a","algorithm":"EdDSA","signs":true,"active":true,"file":"a.pem","created":"[0-9TZ:-]+"}\n/#
        #expect(outcome.standardOutput.wholeMatch(of: expected) != nil, "\(outcome.standardOutput)")
        #expect(outcome.standardError.isEmpty)
    }

    @Test(
        "refuses a name that would be read back as another, or that is no file's",
        arguments: ["a/b", ".a", "a.pub", "a.v4public", "../a"]
    )
    func unusableNames(name: String) throws {
        let keys = try TemporaryKeys([])
        let outcome = try keys.run(KeyGenerateCommand.command, ["--algorithm", "EdDSA", "--kid", name])
        #expect(outcome.status == 64 && outcome.standardOutput.isEmpty)
        #expect(outcome.standardError.contains("can't be named \(name)"))
        #expect(keys.files.isEmpty)
    }

    @Test("refuses a name that a key of the same kind has, or a retired one had")
    func takenNames() throws {
        let keys = try TemporaryKeys([.edDSA, .edDSA])
        let active = keys.ids[0].text
        let other = keys.ids[1].text
        let taken = try keys.run(KeyGenerateCommand.command, ["--algorithm", "HS256", "--kid", active])
        #expect(taken.status == 64 && taken.standardError.contains("there is a key named \(active) already"))
        #expect(try keys.run(KeyRetireCommand.command, [other]).status == 0)
        let retired = try keys.run(KeyGenerateCommand.command, ["--algorithm", "EdDSA", "--kid", other])
        #expect(retired.status == 64 && retired.standardError.contains("was retired"))
    }
}

@Suite("ringfort key list")
struct KeyListCommandTests {
    @Test("shows what keys are for, and nothing that is secret")
    func lists() throws {
        let keys = try TemporaryKeys()
        let active = try KeyDirectory.rotate(.edDSA, in: keys.path).active
        keys.write("README", "")
        let outcome = try keys.run(KeyListCommand.command)
        let lines = outcome.standardOutput.split(separator: "\n")
        let count = KeyGenerator.developmentAlgorithms.count
        #expect(lines.count == count + 2)
        #expect(lines[0].hasPrefix("KID"))
        #expect(lines.contains { $0.hasPrefix("\(active) ") && $0.contains(" EdDSA      signs (active)  20") })
        #expect(lines.filter { $0.contains("signs (active)") }.count == count)
        #expect(outcome.standardError == "note: \(keys.path)/README is no key file.\n")
    }

    @Test("shows a key that only verifies as one")
    func verifiesOnly() throws {
        let keys = try TemporaryKeys([])
        keys.write(
            "partner.pub.pem",
            """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEAHrnbu7wEfAP9cGBOAHHwmH4Wsot1ciXBHwBBXQ4gsaI=
            -----END PUBLIC KEY-----
            """)
        let outcome = try keys.run(KeyListCommand.command)
        #expect(outcome.standardOutput.contains("partner  EdDSA      verifies  "))
        let json = try keys.run(KeyListCommand.command, ["--json"]).standardOutput
        #expect(json.contains(#""kid":"partner","algorithm":"EdDSA","signs":false,"active":false"#))
    }

    @Test("says what to do when there are no keys")
    func noKeys() throws {
        let outcome = try KeyListCommand.command.run(["--data", "/nonexistent"])
        #expect(outcome.status == 78)
        #expect(outcome.standardError.contains("make one with 'ringfort key generate'"))
    }
}

@Suite("ringfort key rotate")
struct KeyRotateCommandTests {
    private static let now: Int64 = 1_795_506_750

    @Test("signs with a new key, and still takes what the old one signed")
    func rotates() throws {
        let keys = try TemporaryKeys([.edDSA])
        let old = try keys.token(now: Self.now)
        let outcome = try keys.run(KeyRotateCommand.command, ["--algorithm", "EdDSA"])
        let active = String(outcome.standardOutput.dropLast())
        #expect(outcome.status == 0 && active != keys.ids[0].text)
        #expect(outcome.standardError.contains("\(keys.ids[0]) still verifies."))
        #expect(try keys.mode("EdDSA.active") == 0o600)
        #expect(try keys.content("EdDSA.active") == Data("\(active)\n".utf8))
        for token in [old, try keys.token(now: Self.now)] {
            let options = try #require(try TokenVerifyCommand.command.parse(["-", "--key-dir", keys.path]))
            #expect(TokenVerifyCommand.run(options, Array(token.utf8), nowUnixSeconds: Self.now).status == 0)
        }
    }

    @Test("switches to a key that was made earlier")
    func toExisting() throws {
        let keys = try TemporaryKeys([.edDSA, .edDSA, .hs256])
        let next = keys.ids[1]
        let outcome = try keys.run(KeyRotateCommand.command, ["--algorithm", "EdDSA", "--to", next.text, "--json"])
        let expected = #"{"algorithm":"EdDSA","active":"\#(next)","previous":"\#(keys.ids[0])"}"#
        #expect(outcome.standardOutput == expected + "\n")
        #expect(try KeyDirectory(reading: keys.path).keyring.signingKey(for: .edDSA).id == next)
        let wrong = try keys.run(KeyRotateCommand.command, ["--algorithm", "EdDSA", "--to", keys.ids[2].text])
        #expect(wrong.status == 64 && wrong.standardError.contains("no key named \(keys.ids[2]) for EdDSA"))
        let both = try keys.run(KeyRotateCommand.command, ["--algorithm", "EdDSA", "--to", "a", "--kid", "b"])
        #expect(both.status == 64)
    }

    @Test("leaves the choice to no accident: a marker for a key that is gone is an error")
    func danglingMarker() throws {
        let keys = try TemporaryKeys([.edDSA])
        keys.write("EdDSA.active", "gone\n")
        #expect(throws: KeyError.noSigningKey(.edDSA, try KeyID("gone"))) {
            try KeyDirectory(reading: keys.path).keyring.signingKey(for: .edDSA)
        }
        keys.write("EdDSA.active", "\n")
        #expect(throws: KeyError.file(path: "\(keys.path)/EdDSA.active", fault: .key(.invalidKeyID))) {
            try KeyDirectory(reading: keys.path)
        }
    }
}

@Suite("ringfort key retire")
struct KeyRetireCommandTests {
    @Test("moves the key where nobody reads it, and its tokens are refused")
    func retires() throws {
        let keys = try TemporaryKeys([.edDSA])
        let old = try keys.token(now: 1_795_506_750)
        _ = try KeyDirectory.rotate(.edDSA, in: keys.path)
        let outcome = try keys.run(KeyRetireCommand.command, [keys.ids[0].text])
        let file = "\(keys.ids[0]).pem"
        #expect(outcome == CommandOutcome(standardError: "Moved \(file) to \(keys.path)/retired.\n"))
        #expect(try keys.mode("retired") == 0o700)
        #expect(try keys.mode("retired/\(file)") == 0o600)
        let directory = try KeyDirectory(reading: keys.path)
        #expect(directory.keyring.verificationKeys.count == 1 && directory.ignoredFiles.isEmpty)
        let options = try #require(try TokenVerifyCommand.command.parse(["-", "--key-dir", keys.path]))
        let verdict = TokenVerifyCommand.run(options, Array(old.utf8), nowUnixSeconds: 1_795_506_750)
        #expect(verdict.status == 1 && verdict.standardError.contains("[unknown_key]"))
    }

    @Test("takes all files of a key, the public one too")
    func allFiles() throws {
        let keys = try TemporaryKeys([.edDSA, .edDSA])
        let id = keys.ids[1]
        let pem = try #require(String(bytes: try keys.content("\(id).pem"), encoding: .utf8))
        keys.write("\(id).pub.pem", pem)
        let outcome = try keys.run(KeyRetireCommand.command, [id.text, "--json"])
        #expect(outcome.standardOutput == #"{"kid":"\#(id)","retired":["\#(id).pem","\#(id).pub.pem"]}"# + "\n")
        #expect(try KeyDirectory(reading: keys.path).entries.map(\.key.id) == [keys.ids[0]])
    }

    @Test("keeps the key that signs, and the last that could, unless forced")
    func refusals() throws {
        let keys = try TemporaryKeys([.edDSA, .edDSA])
        let active = try keys.run(KeyRetireCommand.command, [keys.ids[0].text])
        #expect(active.status == 64 && active.standardError.contains("active signer of EdDSA"))
        let before = keys.files
        #expect(try keys.run(KeyRetireCommand.command, [keys.ids[0].text, "--force"]).status == 0)
        #expect(!keys.files.contains("EdDSA.active") && before.contains("EdDSA.active"))
        #expect(try KeyDirectory(reading: keys.path).keyring.signingKey(for: .edDSA).id == keys.ids[1])
        let last = try keys.run(KeyRetireCommand.command, [keys.ids[1].text])
        #expect(last.status == 64 && last.standardError.contains("last key that signs with EdDSA"))
        #expect(try keys.run(KeyRetireCommand.command, ["--force", keys.ids[1].text]).status == 0)
        #expect(try KeyDirectory(reading: keys.path).entries.isEmpty)
    }

    @Test("asks which is meant when two kinds of keys have the name")
    func twoKinds() throws {
        let keys = try TemporaryKeys([])
        for algorithm in [Algorithm.edDSA, .v4Public] {
            _ = try KeyDirectory.generate(algorithm, id: KeyID("same"), in: keys.path)
        }
        let outcome = try keys.run(KeyRetireCommand.command, ["same", "--force"])
        #expect(outcome.status == 64 && outcome.standardError.contains("say which with --algorithm"))
        let named = try keys.run(KeyRetireCommand.command, ["same", "--force", "--algorithm", "v4.public"])
        #expect(named.status == 0)
        #expect(try KeyDirectory(reading: keys.path).entries.map(\.key.algorithm) == [.edDSA])
    }

    @Test("names a key that is not there")
    func unknown() throws {
        let keys = try TemporaryKeys([.edDSA])
        let outcome = try keys.run(KeyRetireCommand.command, ["other"])
        let message = "ringfort key retire: there is no key named other\n"
        #expect(outcome == CommandOutcome(standardError: message, status: 64))
    }
}
