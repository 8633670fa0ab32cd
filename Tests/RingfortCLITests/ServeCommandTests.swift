import Reactor
import Ringfort
import Testing

@testable import RingfortCLI

@Suite("ringfort serve")
struct ServeCommandTests {
    @Test("has defaults that serve this machine only, with limits")
    func defaults() throws {
        let options = try #require(try ServeCommand.command.parse([]))
        #expect(options.listen.description == "127.0.0.1:8080")
        #expect(options.listen.isLoopback)
        #expect(options.dataDirectory == "./data")
        #expect(options.keyPath == "./data/keys")
        #expect(options.shards == nil)
        #expect(options.limitPerAddress == RequestLimit(tokensPerSecond: 20, burst: 40))
        #expect(options.limitPerPrincipal == RequestLimit(tokensPerSecond: 100, burst: 200))
        #expect(options.maximumRequestsPerConnection == 10_000)
        #expect(options.maximumTokenLifetimeSeconds == 86_400)
        #expect(options.drainTimeoutMilliseconds == 10_000)
        #expect(options.logPolicy == .all)
        #expect(options.tokenCacheEntries == 65_536)
        #expect(options.issuer == nil && options.audience == nil)
        #expect(options.limitOfVerification == RequestLimit(tokensPerSecond: 50, burst: 100))
        #expect(options.trustedProxies.isEmpty && options.proxyHeader == .xForwardedFor)
    }

    @Test("does not serve where there are no keys, and says what to do")
    func noKeys() throws {
        let empty = try TemporaryKeys([])
        var options = try #require(try ServeCommand.command.parse(["--listen", "127.0.0.1:0"]))
        options.dataDirectory = empty.parent
        #expect(try ServeSetup.prepareKeys(options).isEmpty)
        do throws(ServeFailure) {
            _ = try ServeSetup.server(options)
            Issue.record("it would serve")
        } catch {
            #expect(error.status == ExitStatus.configuration)
            #expect("\(error)".contains("'\(empty.path)'") && "\(error)".contains("ringfort key generate"))
        }
    }

    @Test("takes every option")
    func allOptions() throws {
        let arguments = [
            "--data", "/var/lib/ringfort", "--listen", "[::1]:0", "--shards", "4", "--max-connections", "100",
            "--max-requests-per-connection", "4294967295", "--key-dir", "/keys", "--issuer", "https://id.example",
            "--audience", "posts", "--max-token-lifetime", "3600", "--limit-ip", "off", "--limit-principal", "1:2",
            "--limit-verification", "10:20",
            "--log", "Problems", "--drain-timeout-ms", "0", "--trusted-proxy", "10.0.0.0/8",
            "--trusted-proxy=2001:db8::1", "--proxy-header", "Forwarded",
            "--token-cache", "0",
        ]
        let options = try #require(try ServeCommand.command.parse(arguments))
        #expect(options.dataDirectory == "/var/lib/ringfort")
        #expect(options.listen == ListenAddress("[::1]:0"))
        #expect(options.shards == 4)
        #expect(options.maximumConnections == 100)
        #expect(options.maximumRequestsPerConnection == UInt32.max)
        #expect(options.keyPath == "/keys")
        #expect(options.issuer == "https://id.example" && options.audience == "posts")
        #expect(options.maximumTokenLifetimeSeconds == 3600)
        #expect(options.limitPerAddress == nil)
        #expect(options.limitPerPrincipal == RequestLimit(tokensPerSecond: 1, burst: 2))
        #expect(options.logPolicy == .problems)
        #expect(options.tokenCacheEntries == 0)
        #expect(options.drainTimeoutMilliseconds == 0)
        #expect(options.trustedProxies.map(\.description) == ["10.0.0.0/8", "2001:db8::1"])
        #expect(options.proxyHeader == .forwarded)
        #expect(options.limitOfVerification == RequestLimit(tokensPerSecond: 10, burst: 20))
    }

    @Test(
        "refuses values that can't be meant",
        arguments: [
            ("listen", "localhost:8080"), ("listen", "127.0.0.1"), ("listen", "::1:8080"), ("listen", "1.2.3.4:65536"),
            ("shards", "0"), ("shards", "257"), ("max-connections", "0"), ("log", "some"), ("limit-ip", "20"),
            ("limit-ip", "20:"), ("limit-ip", ":40"), ("limit-ip", "0:40"), ("limit-ip", "20:0"), ("limit-ip", "-1:2"),
            ("limit-ip", "20:40:60"), ("limit-ip", "1:1000000"), ("limit-ip", "on"), ("issuer", ""), ("data", ""),
            ("trusted-proxy", "10.0.0.1/8"), ("trusted-proxy", "proxy.example"), ("proxy-header", "x-real-ip"),
            ("token-cache", "-1"), ("token-cache", "4194305"),
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
            "Default: ./data", "Default: keys, inside --data", "Default: 86400", "--trusted-proxy CIDR",
            "Default: none", "Default: x-forwarded-for", "Examples:",
        ] {
            #expect(help.contains(text), "\(text) is missing")
        }
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 79 })
    }
}
