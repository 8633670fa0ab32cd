import Foundation
import Ringfort
import Testing

@testable import RingfortCLI

@Suite("The table of settings")
struct SettingTests {
    @Test("names each setting once, for the file, the environment and the command line")
    func names() {
        let table = Settings.table
        #expect(Set(table.map(\.path)).count == table.count)
        #expect(Set(table.map(\.variable)).count == table.count)
        let options = table.compactMap { $0.option?.name }
        #expect(Set(options).count == options.count)
        let groups = Set(table.filter { $0.keys.count > 1 }.map { $0.keys[0] })
        #expect(groups == Set(Settings.groups.map(\.key)))
        #expect(table.allSatisfy { $0.keys.count <= 2 })
    }

    @Test("has variables that follow from the paths")
    func variables() {
        let variables = Settings.table.map(\.variable)
        #expect(variables.contains("RINGFORT_LISTEN") && variables.contains("RINGFORT_TIMEOUTS_HEAD_MS"))
        #expect(variables.contains("RINGFORT_RATE_LIMITS_FAILED_AUTHENTICATION"))
    }

    @Test("has the library's defaults")
    func defaults() throws {
        let settings = Settings()
        let keyring = try Keyring()
        let configuration = try settings.configuration(keyring, cores: 1)
        var standard = try ServerConfiguration(address: settings.listen, keyring: keyring)
        // A server that is operated has room for more than one that is embedded.
        standard.connections = 10_000
        // And it has users.
        standard.identity = IdentityConfiguration()
        #expect(described(configuration) == described(standard))
    }

    /// Of these, each other setting takes one that is not its default.
    private static let values = [
        "7/8:9", "::1", "off", "forwarded", "tls1.2", "7", "70", "problems", "required", "optional", "refusals",
        "[::1]:70", "http://[::1]:70", "token", "HS256", "all",
    ]

    /// Files that set what has parts, and what that needs.
    private static let withParts = [
        "tls.certificates":
            "tls: { certificate: a, key: b, certificates: [ { certificate: c, key: d, ocsp: e } ] }",
        "rate_limits.policies":
            "rate_limits: { policies: { a: { rate: 1, burst: 2 } } }\nroutes: { GET /api/profile: { limit: a } }",
        "routes": "routes: { /api/posts: { cost: 2 } }",
        "roles": "roles: { editor: [read:profile] }",
    ]

    @Test("reaches every part of the configuration")
    func reaches() throws {
        let keyring = try Keyring()
        // What says where keys are and which are used is not the configuration's: it has the keys.
        let ofKeys = ["data", "tokens.keys_directory", "tokens.algorithms", "tokens.issuers"]
        // Nor what the database of users is opened with.
        let ofIdentities = ["identity.hashes", "identity.hash_queue", "identity.password_cost"]
        for setting in Settings.table where !(ofKeys + ofIdentities).contains(setting.path) {
            var settings = Settings()
            if setting.path.hasPrefix("tls.") {
                // They go together, or are refused.
                (settings.tlsCertificate, settings.tlsKey) = ("server.crt", "server.key")
                settings.tlsClientAuthority = "clients.crt"
            }
            let before = described(try settings.configuration(keyring, cores: 1))
            if let option = setting.option {
                let isReached = try Self.values.contains { value in
                    var settings = settings
                    guard option.set(&settings, value) else { return false }
                    return described(try settings.configuration(keyring, cores: 1)) != before
                }
                #expect(isReached, "\(setting.path) sets nothing")
            } else {
                let text = try #require(Self.withParts[setting.path], "\(setting.path) has no example here")
                let file = TemporaryFile(text)
                #expect(ConfigurationFile.apply(file.path, to: &settings).isEmpty, "\(setting.path)")
                #expect(
                    described(try settings.configuration(keyring, cores: 1)) != before, "\(setting.path) sets nothing")
            }
        }
    }

    @Test("takes a certificate with its key, and neither without the other")
    func certificateAndKey() throws {
        for path: WritableKeyPath<Settings, String?> in [\.tlsCertificate, \.tlsKey, \.tlsClientAuthority, \.tlsOCSP] {
            var settings = Settings()
            settings[keyPath: path] = "file"
            #expect(throws: ServerError.self) { try settings.configuration(Keyring(), cores: 1) }
        }
        var settings = Settings()
        settings.tlsCertificates = [.init(certificatePath: "file", keyPath: "file")]
        #expect(throws: ServerError.self) { try settings.configuration(Keyring(), cores: 1) }
    }

    /// All members with their values, but those that no operator sets.
    private func described(_ configuration: ServerConfiguration) -> [String] {
        Mirror(reflecting: configuration).children.compactMap { child in
            ["keyring", "schemas"].contains(child.label) ? nil : "\(child.label ?? ""): \(child.value)"
        }
    }
}

@Suite("What is published of the settings")
struct SettingDocumentTests {
    private static func text(_ path: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("is the schema: ringfort check --print-schema >schemas/ringfort.schema.json")
    func schema() throws {
        #expect(try Self.text("schemas/ringfort.schema.json") == ConfigurationSchema.text)
        #expect(
            CheckCommand.command.body(CheckCommand.Options(printsSchema: true)).standardOutput
                == ConfigurationSchema.text)
    }

    @Test("is the reference: ringfort check --print-reference, at the end of docs/configuration.md")
    func reference() throws {
        let text = try Self.text("docs/configuration.md")
        #expect(text.hasSuffix("\n" + ConfigurationReference.text))
        #expect(CheckFinding.names.allSatisfy { text.contains("`\($0)`") })
    }

    /// The lines of each setting in the example, by its path, and of each group; comments included.
    private static func lines(ofExample text: String) -> [String: String] {
        var lines: [String: String] = [:]
        var group = ""
        var path = ""
        for line in text.split(separator: "\n") {
            let line = line.replacing(/^(\ *)#\ /) { "\($0.output.1)" }
            if let match = line.prefixMatch(of: /([a-z_]+):/) {
                group = String(match.output.1)
                path = group
            } else if let match = line.prefixMatch(of: /\ \ ([a-z_]+):/) {
                path = "\(group).\(match.output.1)"
            }
            lines[path, default: ""] += "\(line)\n"
        }
        return lines
    }

    /// The keys that a setting's parts have, as the reference names them: `limit` and `origins` of `routes`.
    private static func parts(_ setting: Setting) -> [Substring] {
        let line = /\| `([a-z_.]+)(?:\.[A-Z]+|\[\])\.[^`]*?([a-z_]+)`.*/
        return ConfigurationReference.text.split(separator: "\n").compactMap {
            guard let match = $0.wholeMatch(of: line), match.output.1 == setting.path else { return nil }
            return match.output.2
        }
    }

    @Test("is an example that has every setting, at its default but for a few")
    func example() throws {
        let text = try Self.text("Examples/ringfort.yaml")
        let lines = Self.lines(ofExample: text)
        for setting in Settings.table {
            let own = try #require(lines[setting.path], "\(setting.path) is missing")
            for part in Self.parts(setting) {
                #expect(own.contains(try Regex("\\b\(part):")), "\(part) of \(setting.path) is missing")
            }
        }
        // Roles have parts of any name.
        let withParts = Settings.table.filter { !Self.parts($0).isEmpty || $0.path == "roles" }
        #expect(withParts.map(\.path) == Settings.table.filter { $0.option == nil }.map(\.path))
        let file = TemporaryFile(text)
        let settings = try GivenSettings(file: file.path).settings(environment: [:])
        var expected = Settings()
        expected.issuer = "https://id.example"
        expected.audience = "posts"
        expected.longestTokenLifetimeSeconds = 3_600
        #expect("\(settings)" == "\(expected)")
    }
}
