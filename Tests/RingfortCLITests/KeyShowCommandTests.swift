import Foundation
import Testing
import Tokens

@testable import RingfortCLI

@Suite("ringfort key show")
struct KeyShowCommandTests {
    /// As RFC 8037 appendix A has it.
    private static let publicPEM = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
        -----END PUBLIC KEY-----

        """

    @Test("shows a public key as PEM and JWK, with its thumbprint")
    func publicKey() throws {
        let keys = try TemporaryKeys([])
        keys.write("rfc8037.pub.pem", Self.publicPEM)
        let text = try keys.run(KeyShowCommand.command, ["rfc8037"]).standardOutput
        #expect(text.contains("thumbprint   kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k\n"))
        #expect(text.contains(#""x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#))
        #expect(text.hasSuffix("\n\n\(Self.publicPEM)"))
        #expect(text.contains("use          verifies\n"))
    }

    @Test("never shows a secret", arguments: Algorithm.allCases)
    func noSecret(algorithm: Algorithm) throws {
        let keys = try TemporaryKeys([algorithm])
        let file = try #require(keys.files.first)
        let secret = try keys.content(file)
        for arguments in [[keys.ids[0].text], [keys.ids[0].text, "--json"]] {
            let outcome = try keys.run(KeyShowCommand.command, arguments)
            #expect(outcome.status == 0 && outcome.standardError.isEmpty)
            let shown = outcome.standardOutput
            #expect(!shown.contains("PRIVATE") && !shown.contains(".secret.") && !shown.contains(".local."))
            for encoded in [secret.base64EncodedString(), String(decoding: secret, as: UTF8.self)] {
                for line in encoded.split(separator: "\n") where line.count > 20 && !line.hasPrefix("-----") {
                    #expect(!shown.contains(line))
                }
            }
            #expect(["thumbprint", "paserk_id", "fingerprint"].contains { shown.contains($0) })
        }
    }

    @Test("has one fingerprint for one secret, whatever its name, and others for others")
    func fingerprints() throws {
        let keys = try TemporaryKeys([])
        for (name, secret) in [("a", "s"), ("b", "s"), ("c", "t")] {
            keys.write("\(name).secret", String(repeating: secret, count: 64))
        }
        let shown = try ["a", "b", "c"].map { name in
            let outcome = try keys.run(KeyShowCommand.command, [name])
            return try #require(outcome.standardOutput.firstMatch(of: #/fingerprint  ([0-9a-f]{32})\n/#)).1
        }
        #expect(shown[0] == shown[1] && shown[0] != shown[2])
    }

    @Test("names a key that is not there")
    func unknown() throws {
        let outcome = try TemporaryKeys([.edDSA]).run(KeyShowCommand.command, ["other"])
        #expect(
            outcome == CommandOutcome(standardError: "ringfort key show: there is no key named other\n", status: 64))
    }
}

@Suite("ringfort key convert")
struct KeyConvertCommandTests {
    @Test(
        "writes a secret key to a file of its owner's, and the copy signs what the first verifies",
        arguments: [
            (.edDSA, "pem", "copy.pem"), (.ed25519, "pem", "copy.ed25519.pem"), (.es256, "pem", "copy.pem"),
            (.ps256, "pem", "copy.ps256.pem"), (.v4Public, "pem", "copy.v4public.pem"),
            (.v4Public, "paserk", "copy.paserk"), (.v3Public, "paserk", "copy.paserk"),
            (.v4Local, "paserk", "copy.paserk"),
        ] as [(Algorithm, String, String)]
    )
    func secrets(algorithm: Algorithm, format: String, name: String) throws {
        let (first, second) = (try TemporaryKeys([algorithm]), try TemporaryKeys([]))
        let file = try #require(first.files.first)
        let arguments = ["\(first.path)/\(file)", "--to", format]
        let printed = try KeyConvertCommand.command.run(arguments)
        #expect(printed.status == 64 && printed.standardOutput.isEmpty)
        #expect(printed.standardError.contains("would print a secret"))

        let written = try KeyConvertCommand.command.run(arguments + ["--out", "\(second.path)/\(name)"])
        #expect(written == CommandOutcome(standardError: "Wrote \(second.path)/\(name).\n"))
        #expect(try second.mode(name) == 0o600)
        let copy = try #require(try KeyDirectory(reading: second.path).entries.first)
        let original = try #require(try KeyDirectory(reading: first.path).entries.first)
        #expect(copy.signs && copy.key.algorithm == algorithm)
        for form in PublicForm.allCases where form != .jwk {
            #expect(form.text(of: copy.key) == form.text(of: original.key))
        }
        let again = try KeyConvertCommand.command.run(arguments + ["--out", "\(second.path)/\(name)"])
        #expect(again.status == 64 && again.standardError.contains("is there already"))
    }

    @Test("prints a public part that can be read again", arguments: [("pem", "a.pub.pem"), ("jwk", "a.jwk")])
    func publicParts(format: String, name: String) throws {
        let (first, second) = (try TemporaryKeys([.es384]), try TemporaryKeys([]))
        let file = try #require(first.files.first)
        let printed = try KeyConvertCommand.command.run(["\(first.path)/\(file)", "--to", format, "--public"])
        #expect(printed.status == 0 && printed.standardError.isEmpty)
        second.write(name, printed.standardOutput)
        let entry = try #require(try KeyDirectory(reading: second.path).entries.first)
        #expect(!entry.signs && entry.key.algorithm == .es384)
    }

    @Test(
        "refuses what has no such form, with the reason",
        arguments: [
            (.hs256, ["--to", "pem", "--public"], "a key for HS256 has no public part"),
            (.hs256, ["--to", "pem", "--out", "x.pem"], "a secret key for HS256 can't be written as pem"),
            (.edDSA, ["--to", "paserk", "--public"], "a public key for EdDSA can't be written as paserk"),
            (.edDSA, ["--to", "jwk", "--out", "x.jwk"], "a secret key for EdDSA can't be written as jwk"),
            (.v4Public, ["--to", "jwk", "--public"], "a public key for v4.public can't be written as jwk"),
        ] as [(Algorithm, [String], String)]
    )
    func refusals(algorithm: Algorithm, arguments: [String], reason: String) throws {
        let keys = try TemporaryKeys([algorithm])
        let file = try #require(keys.files.first)
        let outcome = try KeyConvertCommand.command.run(["\(keys.path)/\(file)"] + arguments)
        #expect(outcome == CommandOutcome(standardError: "ringfort key convert: \(reason)\n", status: 64))
    }

    @Test("refuses a file whose name says nothing, or that others may read")
    func files() throws {
        let keys = try TemporaryKeys([.edDSA])
        let file = try #require(keys.files.first)
        let nameless = try KeyConvertCommand.command.run(["\(keys.path)/key.der", "--to", "pem"])
        #expect(nameless.status == 64 && nameless.standardError.contains("the name does not say"))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(keys.path)/\(file)")
        let open = try KeyConvertCommand.command.run(["\(keys.path)/\(file)", "--to", "pem", "--public"])
        #expect(open.status == 78 && open.standardError.contains("chmod 600"))
    }
}
