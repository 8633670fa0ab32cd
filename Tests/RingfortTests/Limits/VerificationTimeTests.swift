import Bytes
import Foundation
import Testing

@testable import Ringfort

@Suite("The time that tokens may take")
struct VerificationTimeTests {
    /// A server where a check takes a millisecond with ES384, and a microsecond with any other key; each address may have
    /// ten milliseconds.
    private static func server(
        configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws -> TestServer {
        try TestServer(configure: {
            $0.keyring = try TestKeys.keyring()
            $0.tokenCacheCapacity = 0
            $0.verificationTime = try CellRate(tokens: 1, everySeconds: 1, burst: 10_000)
            for algorithm in Algorithm.allCases { $0.verificationPrices[algorithm] = 1 }
            $0.verificationPrices[.es384] = 1_000
            try configure(&$0)
        })
    }

    private static func bearer(_ token: String) -> String { "Authorization: Bearer \(token)\r\n" }

    private static func junk(_ algorithm: Algorithm) throws -> String {
        let keyring = try TestKeys.keyring()
        let index = try #require(keyring.verificationKeys.firstIndex { $0.algorithm == algorithm })
        return String(keyring.forgery(keyIndex: index).bytes)
    }

    @Test("runs out for who brings junk that is expensive to refuse")
    func junk() throws {
        let server = try Self.server()
        let bearer = Self.bearer(try Self.junk(.es384))
        let statuses = try (0..<11).map { _ in try server.get("/whoami", headers: bearer).status }
        #expect(statuses == [Int](repeating: 401, count: 10) + [429])
        let refused = try server.get("/whoami", headers: bearer)
        #expect(refused.headers["ratelimit-policy"] == "\"verification\";q=10;w=10000")
        #expect(refused.headers["ratelimit"] == "\"verification\";r=0;t=1000")
        #expect(refused.headers["retry-after"] == "1000")
        #expect(try refused.problem()["violated-policies"] as? [String] == ["verification"])
        // Neither is what needs no token refused, nor what is no token at all charged.
        #expect(try server.get("/health").status == 200)
        #expect(try server.get("/whoami", headers: Self.bearer("junk")).status == 401)
        _ = try server.finish()
    }

    @Test("is spent on good tokens too, by what their keys cost")
    func good() throws {
        let server = try Self.server { $0.verificationPrices[.hs256] = 4_000 }
        let dear = Self.bearer(try TestKeys.token(scope: "read:things"))
        let cheap = Self.bearer(try TestKeys.token(.edDSA, scope: "read:things"))
        #expect(try (0..<3).map { _ in try server.get("/whoami", headers: dear).status } == [200, 200, 429])
        #expect(try server.get("/whoami", headers: cheap).status == 200)
        _ = try server.finish()
    }

    @Test("is not spent on a token that is remembered")
    func remembered() throws {
        let server = try Self.server {
            $0.verificationPrices[.hs256] = .max
            $0.tokenCacheCapacity = 1_024
        }
        let bearer = Self.bearer(try TestKeys.token(scope: "read:things"))
        #expect(try (0..<3).map { _ in try server.get("/whoami", headers: bearer).status } == [200, 200, 200])
        _ = try server.finish()
    }

    @Test("always allows one check with a full bucket, whatever it costs")
    func priceAboveBurst() throws {
        let server = try Self.server { $0.verificationPrices[.hs256] = .max }
        let bearer = Self.bearer(try TestKeys.token(scope: "read:things"))
        #expect(try (0..<2).map { _ in try server.get("/whoami", headers: bearer).status } == [200, 429])
        _ = try server.finish()
    }

    @Test("is not charged to whom the failed authentications have stopped already")
    func order() throws {
        let server = try Self.server {
            $0.failedAuthenticationRate = try CellRate(tokens: 1, everySeconds: 600, burst: 2)
            $0.verificationTime = try CellRate(tokens: 1, everySeconds: 1, burst: 3_000)
        }
        let bearer = Self.bearer(try Self.junk(.es384))
        let answers = try (0..<4).map { _ in try server.get("/whoami", headers: bearer) }
        #expect(answers.map(\.status) == [401, 401, 429, 429])
        #expect(answers[3].headers["ratelimit-policy"] == "\"failed-authentication\";q=2;w=1200")
        _ = try server.finish()
    }

    @Test("has a price for every key, measured where none is given")
    func measured() throws {
        let keyring = try TestKeys.keyring()
        let prices = try VerificationPrices.measure(keyring, try ScopeTable(), given: [.hs256: 0, .es384: 7])
        #expect(prices.count == keyring.verificationKeys.count)
        for (key, price) in zip(keyring.verificationKeys, prices) {
            print("\(key.algorithm): \(price) µs")
            switch key.algorithm {
            case .hs256: #expect(price == 1)
            case .es384: #expect(price == 7)
            default: #expect(price >= 1)
            }
        }
    }
}
