import Foundation
import Ringfort
import Testing
import YAML

@testable import RingfortCLI

@Suite("A configuration file")
struct ConfigurationFileTests {
    private static func faults(_ content: [UInt8]) -> [String] {
        let file = TemporaryFile(content)
        do throws(ConfigurationError) {
            _ = try GivenSettings(file: file.path).settings(environment: [:])
            return []
        } catch {
            return error.faults.map { $0.description.replacingOccurrences(of: file.path, with: "f") }
        }
    }

    @Test("says what is set, and leaves the rest at its default")
    func sets() throws {
        let file = TemporaryFile(
            """
            listen: "[::1]:8443"
            shards: 4
            timeouts: { head_ms: 1, drain_ms: 0 }
            rate_limits:
              ip: off
              failed_authentication: { burst: 2, rate: 1, per_seconds: 30 }
            tokens:
              issuer: no
            proxies: { trusted: [10.0.0.0/8, "::1"] }
            log:
            """)
        let settings = try GivenSettings(file: file.path).settings(environment: [:])
        var expected = Settings()
        expected.listen = try #require(ListenAddress("[::1]:8443"))
        expected.shards = 4
        expected.headTimeoutMilliseconds = 1
        expected.drainTimeoutMilliseconds = 0
        expected.limitPerAddress = nil
        expected.limitOfFailures = RequestLimit(requests: 1, everySeconds: 30, burst: 2)
        expected.issuer = "no"
        expected.trustedProxies = ["10.0.0.0/8", "::1"].compactMap { AddressRange($0) }
        #expect("\(settings)" == "\(expected)")
    }

    @Test("is refused, and nothing worse, when its JSON is several times as long as its text")
    func longAsJSON() {
        let letters = (0..<26).map { Character(UnicodeScalar(UInt8(0x61 + $0))) }
        let map = "{" + letters.map(String.init).joined(separator: ",") + "}"
        let maps = Array(repeating: map, count: ConfigurationFile.limits.documentBytes / (map.utf8.count + 1) - 1)
            .joined(separator: ",")
        #expect(!Self.faults(Array("data: [\(maps)]".utf8)).isEmpty)
    }

    @Test("may be empty", arguments: ["", "# nothing\n", "---\n", "{}", "limits:\nhttp: {}\n"])
    func empty(text: String) throws {
        let file = TemporaryFile(text)
        #expect("\(try GivenSettings(file: file.path).settings(environment: [:]))" == "\(Settings())")
    }

    @Test(
        "is refused with the place of the fault, what is wrong and what to do",
        arguments: [
            ("shards: 0", "f:1:1: /shards: 0 is not a whole number from 1 to 256"),
            ("shards: 257", "f:1:1: /shards: 257 is not a whole number from 1 to 256"),
            ("shards: -1", "f:1:1: /shards: -1 is not a whole number from 1 to 256"),
            ("shards: 1.5", "f:1:1: /shards: 1.5 is not a whole number from 1 to 256"),
            ("shards: 1e1", "f:1:1: /shards: 1e1 is not a whole number from 1 to 256"),
            ("shards: '4'", "f:1:1: /shards: '4' is not a whole number from 1 to 256"),
            ("shards:", "f:1:1: /shards: nothing is not a whole number from 1 to 256"),
            ("shards: [1]", "f:1:1: /shards: a list is not a whole number from 1 to 256"),
            (
                "shards: 99999999999999999999999999",
                "f:1:1: /shards: 99999999999999999999999999 is not a whole number from 1 to 256"
            ),
            (
                "tokens:\n  issuer: 12",
                "f:2:3: /tokens/issuer: 12 is not a text of at least one character and no control characters; put it in quotes"
            ),
            (
                "tokens:\n  issuer: ''",
                "f:2:3: /tokens/issuer: '' is not a text of at least one character and no control characters"
            ),
            (
                "data: \"a\\0b\"",
                "f:1:1: /data: 'a\0b' is not a text of at least one character and no control characters"
            ),
            (
                "listen: localhost:80",
                "f:1:1: /listen: 'localhost:80' is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080; names are not "
                    + "looked up"
            ),
            ("log: { requests: some }", "f:1:8: /log/requests: 'some' is not one of all, problems"),
            (
                "limits:\n  conections: 1",
                "f:2:3: /limits/conections: there is no setting 'conections' in limits; did you mean 'connections'?"
            ),
            (
                "log:\n  zebra: 1",
                "f:2:3: /log/zebra: there is no setting 'zebra' in log; there are requests, file, audit_file, audit"
            ),
            ("Listen: 127.0.0.1:1", "f:1:1: /Listen: there is no setting 'Listen'; did you mean 'listen'?"),
            ("listen/x: 1", "f:1:1: /listen~1x: there is no setting 'listen/x'; did you mean 'listen'?"),
            ("http: 5", "f:1:1: /http: must be a group of settings: KEY: VALUE, in lines of their own"),
            ("- listen", "f:1:1: must be a group of settings: KEY: VALUE, in lines of their own"),
            (
                "rate_limits:\n  ip: {rate: 1, brust: 2, burst: 1}",
                "f:2:17: /rate_limits/ip/brust: there is no setting 'brust' in rate_limits.ip; did you mean 'burst'?"
            ),
            ("rate_limits:\n  ip: {rate: 1}", "f:2:3: /rate_limits/ip: the member \"burst\" is missing"),
            (
                "rate_limits:\n  ip: {rate: 0, burst: 1}", "f:2:8: /rate_limits/ip/rate: must be at least 1"
            ),
            (
                "rate_limits:\n  ip: on",
                "f:2:3: /rate_limits/ip: 'on' is not { rate: N, burst: N }, also with per_seconds: N, nor 'off'; a bucket "
                    + "must refill within a day"
            ),
            (
                "rate_limits:\n  ip: {rate: 1, burst: 1000000}",
                "f:2:3: /rate_limits/ip: this mapping is not { rate: N, burst: N }, also with per_seconds: N, nor 'off'; a "
                    + "bucket must refill within a day"
            ),
            (
                "proxies:\n  trusted: [10.0.0.0/8, '::1,::2']",
                "f:2:3: /proxies/trusted: a list is not addresses, or ranges such as 10.0.0.0/8 without bits behind their "
                    + "prefixes, with commas between"
            ),
            ("proxies:\n  trusted: [10]", "f:2:13: /proxies/trusted/0: must be a string"),
            ("shards: 1\nshards: 2", "f:2:1: 'shards' is given twice; leave one out"),
            ("a: &a 1", "f:1:4: anchors and aliases are not taken; write the value out"),
        ]
    )
    func refused(text: String, fault: String) {
        #expect(Self.faults(Array(text.utf8)) == [fault])
    }

    @Test("is refused for all that is wrong at once, in the order of the lines")
    func severalFaults() {
        let faults = Self.faults(Array("listen: x\nshards: 0\nlimits:\n  a: 1\n  connections: x\nzebra: 1\n".utf8))
        #expect(faults.map { String($0.prefix(5)) } == ["f:1:1", "f:2:1", "f:4:3", "f:5:3", "f:6:1"])
        let many = (0..<40).map { "zebra\($0): 1\n" }.joined()
        #expect(Self.faults(Array(many.utf8)).count == 16)
    }

    /// Contents, and how their only fault begins.
    private static let others: [([UInt8], String)] = [
        ([0xFF, 0xFE, 0x00], "f:1:1: "), (Array("a: \u{1B}".utf8), "f:1:4: "), (Array("a: [".utf8), "f:"),
        (Array(repeating: 0x23, count: 256 * 1024 + 1), "f: has more than 262144 bytes"),
        (Array("a: ".utf8) + Array(repeating: 0x5B, count: 100_000), "f:1:35: more than 32 collections"),
        (Array(String(repeating: "k", count: 100_000).utf8) + Array(": 1".utf8), "f:1:"),
        (Array("? \(String(repeating: "k", count: 100_000))\n: 1".utf8), "f:1:"),
    ]

    @Test("is refused when it is no such thing", arguments: others.indices)
    func notAFile(index: Int) {
        let (content, start) = Self.others[index]
        let faults = Self.faults(content)
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix(start) == true && faults.allSatisfy { $0.utf8.count < 700 }, "\(faults)")
    }

    @Test("is refused when it can't be read")
    func unreadable() throws {
        let directory = FileManager.default.temporaryDirectory.path
        for (path, reason) in [
            ("/nowhere/ringfort.yaml", "No such file or directory"), (directory, "Is a directory"),
            ("/dev/null/x", "Not a directory"),
        ] {
            let fault = ConfigurationFault(source: path, message: "can't be read: \(reason)")
            #expect(throws: ConfigurationError(faults: [fault])) {
                try GivenSettings(file: path).settings(environment: [:])
            }
        }
        let secret = TemporaryFile(Array("shards: 1".utf8), mode: 0o000)
        // Root reads everything.
        guard geteuid() != 0 else { return }
        #expect(throws: ConfigurationError.self) { try GivenSettings(file: secret.path).settings(environment: [:]) }
    }
}

@Suite("What is set more than once")
struct PrecedenceTests {
    private static func settings(
        file: String? = nil, _ environment: [String: String] = [:], _ arguments: [String] = []
    ) throws -> Settings {
        let file = file.map { TemporaryFile($0) }
        let named = file.map { ["--config", $0.path] } ?? []
        return try #require(try ServeCommand.command.parse(arguments + named)).given.settings(environment: environment)
    }

    @Test("is what the command line says, or else the environment, or else the file, or else the default")
    func order() throws {
        let file = "shards: 2\nlimits: { connections: 20 }\nlog: { requests: problems }"
        let environment = ["RINGFORT_SHARDS": "3", "RINGFORT_LIMITS_CONNECTIONS": "30"]
        let settings = try Self.settings(file: file, environment, ["--shards", "4"])
        #expect(settings.shards == 4)
        #expect(settings.connections == 30)
        #expect(settings.log == .problems)
        #expect(settings.workers == 32)
    }

    @Test("may be turned back to the default by what goes before")
    func turnedBack() throws {
        let file = "rate_limits: { ip: off, principal: { rate: 1, burst: 1 } }"
        let settings = try Self.settings(
            file: file, ["RINGFORT_RATE_LIMITS_PRINCIPAL": "off"], ["--limit-ip", "20:40"])
        #expect(settings.limitPerAddress == RequestLimit(requests: 20, burst: 40))
        #expect(settings.limitPerPrincipal == nil)
    }

    @Test("may have its file named in the environment, but an option goes before")
    func fileInEnvironment() throws {
        let file = TemporaryFile("shards: 2")
        let environment = ["RINGFORT_CONFIG": file.path]
        #expect(try Self.settings(environment).shards == 2)
        #expect(try Self.settings(file: "shards: 3", environment).shards == 3)
    }

    @Test(
        "is refused in the environment as in the file, by the variable's name",
        arguments: [
            ("RINGFORT_SHARDS", "x", "RINGFORT_SHARDS: 'x' is not a whole number from 1 to 256"),
            (
                "RINGFORT_LISTEN", "",
                "RINGFORT_LISTEN: '' is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080; "
                    + "names are not looked up"
            ),
            ("RINGFORT_LISTN", "x", "RINGFORT_LISTN: there is no such setting; did you mean RINGFORT_LISTEN?"),
        ]
    )
    func environmentFaults(name: String, value: String, fault: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try GivenSettings().settings(environment: [name: value])
        }
        #expect(error?.description == fault)
    }

    @Test(
        "may have names like ours that mean something else",
        arguments: ["RINGFORT_PORT", "RINGFORT_SERVICE_HOST", "RINGFORT_PORT_8080_TCP_ADDR", "RINGFORT_SEEDS"]
    )
    func strangers(name: String) throws {
        #expect("\(try GivenSettings().settings(environment: [name: "x"]))" == "\(Settings())")
    }

    @Test("is refused for what is wrong in the file and in the environment at once")
    func both() {
        let file = TemporaryFile("shards: 0")
        let error = #expect(throws: ConfigurationError.self) {
            try GivenSettings(file: file.path).settings(environment: ["RINGFORT_SHARDS": "x"])
        }
        #expect(error?.faults.map(\.source) == [file.path, "RINGFORT_SHARDS"])
    }

    @Test("is found in the process' environment")
    func processEnvironment() {
        #expect(ProcessEnvironment.variables(prefix: "PATH")["PATH"] == ProcessInfo.processInfo.environment["PATH"])
        #expect(ProcessEnvironment.variables(prefix: "RINGFORT_NOT_").isEmpty)
    }
}
