import Ringfort
import Testing

@testable import RingfortCLI

@Suite("Issuers and roles in a configuration file")
struct IssuerFileTests {
    private static func issuers(_ first: TemporaryKeys, _ second: TemporaryKeys, _ more: String = "") -> String {
        """
        tokens:
          clock_skew_seconds: 5
          issuers:
            - issuer: https://a.example
              keys_directory: \(first.path)
            - issuer: https://b.example
              keys_directory: \(second.path)
              \(more)
        """
    }

    @Test("are said to the server, each with its keys")
    func read() throws {
        let (first, second) = (try TemporaryKeys([.edDSA]), try TemporaryKeys([.es256, .edDSA]))
        let file = TemporaryFile(
            Self.issuers(
                first, second,
                """
                audiences: [x, y]
                      algorithms: [es256]
                      type: at+jwt
                      clock_skew_seconds: 60
                      roles_claim: groups
                """)
                + "\nroles: { editor: [read:profile, write:posts], none: [] }")
        let settings = try GivenSettings(file: file.path).settings(environment: [:])
        let configuration = try ServeSetup.configuration(settings, ServerKeys(reading: settings))
        #expect(
            configuration.issuers.map(\.requirements) == [
                IssuerRequirements(issuer: "https://a.example", clockSkewSeconds: 5),
                IssuerRequirements(
                    issuer: "https://b.example", audiences: ["x", "y"], type: "at+jwt", clockSkewSeconds: 60,
                    rolesClaim: "groups"),
            ])
        #expect(configuration.issuers.map { $0.keyring.verificationKeys.map(\.algorithm) } == [[.edDSA], [.es256]])
        #expect(configuration.roles == ["editor": ScopeSet("read:profile write:posts"), "none": ScopeSet()])
    }

    @Test("may have their keys fetched, of which a check says the place and fetches nothing")
    func remoteKeys() throws {
        let (keys, authority) = (try TemporaryKeys([.edDSA]), TemporaryFile("-----BEGIN CERTIFICATE-----"))
        let file = TemporaryFile(
            """
            tokens:
              issuers:
                - { issuer: a, keys_directory: \(keys.path), audiences: [x] }
                - issuer: b
                  audiences: [x]
                  algorithms: [RS256]
                  jwks_url: https://b.example/keys
                  jwks_ca_file: \(authority.path)
                  jwks_private_addresses: true
            """)
        let settings = try GivenSettings(file: file.path).settings(environment: [:])
        let issuers = try ServeSetup.configuration(settings, ServerKeys(reading: settings)).issuers
        #expect(issuers.first?.remoteKeys == nil)
        var source = try RemoteKeySource(url: "https://b.example/keys")
        source.authorityPath = authority.path
        source.allowsPrivateAddresses = true
        source.algorithms = [.rs256]
        #expect(issuers.last?.remoteKeys == source)
        let options = try #require(try CheckCommand.command.parse(["--config", file.path]))
        let outcome = CheckCommand.run(options, environment: [:])
        #expect(outcome.standardOutput.contains("Issuer: b; audience: x; keys: those at https://b.example/keys\n"))
    }

    @Test(
        "are refused with the place of the fault, what is wrong and what to do",
        arguments: [
            (
                "tokens:\n  issuer: a\n  issuers:\n    - { issuer: b, keys_directory: k }",
                "f:3:3: /tokens/issuers: 'tokens.issuer' is for one issuer: leave it out, or put it into the list"
            ),
            (
                "tokens:\n  issuers:\n    - { issuer: b, keys_directory: k }\n    - { issuer: b, keys_directory: l }",
                "f:4:9: /tokens/issuers/1/issuer: 'b' is given twice; leave one out"
            ),
            (
                "tokens:\n  issuers:\n    - { keys_directory: k }",
                "f:3:7: /tokens/issuers/0: the member \"issuer\" is missing"
            ),
            (
                "tokens:\n  issuers:\n    - { issuer: b, keys_directory: k, audience: c }",
                "f:3:39: /tokens/issuers/0/audience: there is no setting 'audience' in tokens.issuers.0; did you mean "
                    + "'audiences'?"
            ),
            (
                "tokens:\n  issuers:\n    - { issuer: b, keys_directory: k, roles_claim: scope }",
                "f:3:7: /tokens/issuers/0: the claim with the roles is one that means something else"
            ),
            (
                "tokens:\n  issuers:\n    - { issuer: b, keys_directory: k, clock_skew_seconds: 121 }",
                "f:3:39: /tokens/issuers/0/clock_skew_seconds: must be at most 120"
            ),
            (
                "tokens:\n  issuers:\n    - { issuer: b }",
                "f:3:7: /tokens/issuers/0: it needs either 'keys_directory' or 'jwks_url'"
            ),
            (
                "tokens:\n  issuers:\n    - { issuer: b, keys_directory: k, jwks_url: 'https://b.example/' }",
                "f:3:7: /tokens/issuers/0: it needs either 'keys_directory' or 'jwks_url'"
            ),
            (
                "tokens:\n  issuers:\n    - { issuer: b, keys_directory: k, jwks_private_addresses: true }",
                "f:3:7: /tokens/issuers/0: 'jwks_ca_file' and 'jwks_private_addresses' need 'jwks_url'"
            ),
            (
                "tokens:\n  issuers:\n    - { issuer: b, jwks_url: 'http://b.example/' }",
                "f:3:20: /tokens/issuers/0/jwks_url: 'http://b.example/' is not an https URL without user name, "
                    + "password and fragment"
            ),
            (
                "roles: { editor: ['a b'] }",
                "f:1:10: /roles/editor: a list is not scopes: printable ASCII without spaces, quotes "
                    + "and backslashes"
            ),
            ("roles: { '': [a] }", "f:1:10: /roles/: the name of a role has 1 to 128 bytes"),
        ])
    func refused(text: String, fault: String) {
        let file = TemporaryFile(text)
        do throws(ConfigurationError) {
            _ = try GivenSettings(file: file.path).settings(environment: [:])
            Issue.record("it was taken")
        } catch {
            #expect(error.faults.map { "\($0)".replacing(file.path, with: "f") } == [fault])
        }
    }

    @Test("are refused with what options say of one issuer, and without a key")
    func refusedLate() throws {
        let (first, second) = (try TemporaryKeys([.edDSA]), try TemporaryKeys([.es256]))
        let file = TemporaryFile(Self.issuers(first, second, "algorithms: [edDSA]"))
        let options = try #require(try CheckCommand.command.parse(["--config", file.path]))
        #expect(CheckCommand.run(options, environment: [:]).standardOutput.contains("no token could be verified"))
        let both = try #require(try CheckCommand.command.parse(["--config", file.path, "--issuer", "c"]))
        #expect(CheckCommand.run(both, environment: [:]).status == ExitStatus.configuration)
    }

    @Test("are warned of, one by one")
    func warnings() throws {
        let (first, second) = (try TemporaryKeys([.edDSA]), try TemporaryKeys([.hs256]))
        let file = TemporaryFile(Self.issuers(first, second, "audiences: [x]"))
        let options = try #require(try CheckCommand.command.parse(["--config", file.path]))
        let outcome = CheckCommand.run(options, environment: [:])
        #expect(outcome.status == ExitStatus.warnings)
        #expect(outcome.standardOutput.contains("warning: no_audience: issuer 'https://a.example': "))
        #expect(!outcome.standardOutput.contains("no_audience: issuer 'https://b.example'"))
        #expect(outcome.standardOutput.contains("warning: shared_secret: issuer 'https://b.example': "))
    }
}
