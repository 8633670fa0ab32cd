import Reactor
import Ringfort
import Testing

@testable import RingfortCLI

@Suite("ringfort serve")
struct ServeCommandTests {
    private static func settings(_ arguments: [String]) throws -> Settings {
        try #require(try ServeCommand.command.parse(arguments)).given.settings(environment: [:])
    }

    @Test("has defaults that serve this machine only, with limits")
    func defaults() throws {
        let settings = try Self.settings([])
        #expect(settings.listen.description == "127.0.0.1:8080")
        #expect(settings.listen.isLoopback)
        #expect(settings.dataDirectory == "./data")
        #expect(settings.keyPath == "./data/keys")
        #expect(settings.shards == nil)
        #expect(settings.issuer == nil && settings.audience == nil)
        #expect(settings.limitPerAddress != nil && settings.limitPerPrincipal != nil && settings.limitOfFailures != nil)
    }

    @Test("does not serve where there are no keys, and says what to do")
    func noKeys() throws {
        let empty = try TemporaryKeys([])
        let settings = try Self.settings(["--listen", "127.0.0.1:0", "--data", empty.parent])
        #expect(try ServeSetup.prepareKeys(settings).isEmpty)
        do throws(ServeFailure) {
            _ = try ServeSetup.server(settings, GivenSettings(), isFirstStart: false)
            Issue.record("it would serve")
        } catch {
            #expect(error.status == ExitStatus.configuration)
            #expect("\(error)".contains("'\(empty.path)'") && "\(error)".contains("ringfort key generate"))
        }
    }

    @Test(
        "makes users to try it with only where it has made keys, and serves nobody but this machine",
        arguments: [("127.0.0.1:0", true, 4), ("127.0.0.1:0", false, 0), ("0.0.0.0:0", true, 0)])
    func demoUsers(address: String, isFirstStart: Bool, notes: Int) throws {
        let keys = try TemporaryKeys([.v4Public])
        let settings = try Self.settings([
            "--listen", address, "--data", keys.parent, "--admin", "off", "--password-cost", "1:8", "--login", "on",
        ])
        #expect(try ServeSetup.server(settings, GivenSettings(), isFirstStart: isFirstStart).notes.count == notes)
    }

    @Test("takes every option")
    func allOptions() throws {
        let arguments = [
            "--data", "/var/lib/ringfort", "--listen", "[::1]:0", "--shards", "4", "--max-connections", "100",
            "--max-requests-per-connection", "4294967295", "--key-dir", "/keys", "--issuer", "https://id.example",
            "--audience", "posts", "--max-token-lifetime", "3600", "--limit-ip", "off", "--limit-principal", "1:2",
            "--log", "Problems", "--drain-timeout-ms", "0", "--limit-failures", "10/60:10",
            "--limit-verification", "10:20", "--trusted-proxy", "10.0.0.0/8,2001:db8::1", "--proxy-header", "Forwarded",
        ]
        let settings = try Self.settings(arguments)
        #expect(settings.dataDirectory == "/var/lib/ringfort")
        #expect(settings.listen == ListenAddress("[::1]:0"))
        #expect(settings.shards == 4)
        #expect(settings.connections == 100)
        #expect(settings.requestsPerConnection == UInt32.max)
        #expect(settings.keyPath == "/keys")
        #expect(settings.issuer == "https://id.example" && settings.audience == "posts")
        #expect(settings.longestTokenLifetimeSeconds == 3600)
        #expect(settings.limitPerAddress == nil)
        #expect(settings.limitPerPrincipal == RequestLimit(requests: 1, burst: 2))
        #expect(settings.limitOfFailures == RequestLimit(requests: 10, everySeconds: 60, burst: 10))
        #expect(settings.limitOfVerification == RequestLimit(requests: 10, burst: 20))
        #expect(settings.trustedProxies.map(\.description) == ["10.0.0.0/8", "2001:db8::1"])
        #expect(settings.proxyHeader == .forwarded)
        #expect(settings.log == .problems)
        #expect(settings.drainTimeoutMilliseconds == 0)
    }

    @Test(
        "refuses values that can't be meant",
        arguments: [
            ("listen", "localhost:8080"), ("listen", "127.0.0.1"), ("listen", "::1:8080"), ("listen", "1.2.3.4:65536"),
            ("shards", "0"), ("shards", "257"), ("max-connections", "0"), ("log", "some"), ("limit-ip", "20"),
            ("limit-ip", "20:"), ("limit-ip", ":40"), ("limit-ip", "0:40"), ("limit-ip", "20:0"), ("limit-ip", "-1:2"),
            ("limit-ip", "20:40:60"), ("limit-ip", "1:1000000"), ("limit-ip", "on"), ("issuer", ""), ("data", ""),
            ("trusted-proxy", "10.0.0.1/8"), ("trusted-proxy", "proxy.example"), ("trusted-proxy", "10.0.0.0/8,"),
            ("trusted-proxy", ",::1"), ("proxy-header", "x-real-ip"), ("limit-ip", "10/:10"), ("limit-ip", "/60:10"),
            ("limit-ip", "1/0:10"), ("limit-ip", "1/2/3:4"),
            ("data", "a\0b"), ("issuer", "a\nb"), ("realm", "é"), ("realm", String(repeating: "a", count: 129)),
            ("skew", "121"), ("max-head-bytes", "63"), ("max-json-depth", "513"), ("config", ""),
        ]
    )
    func refuses(option: String, value: String) {
        let error = #expect(throws: UsageError.self) { try ServeCommand.command.parse(["--\(option)=\(value)"]) }
        guard case .invalidValue(option, value, _) = error else {
            Issue.record("refused for another reason: \(String(describing: error))")
            return
        }
    }

    @Test("shows each option with its default")
    func help() {
        let help = ServeCommand.command.help
        for text in [
            "--listen ADDRESS:PORT", "Default: 127.0.0.1:8080", "--limit-ip RATE:BURST", "Default: 20:40",
            "Default: 100:200", "--log all|problems", "Default: all", "Default: the number of cores",
            "Default: ./data", "Default: keys, inside the data", "Default: 86400", "--config FILE", "RINGFORT_",
            "Examples:",
        ] {
            #expect(help.contains(text), "\(text) is missing")
        }
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 79 })
    }
}
