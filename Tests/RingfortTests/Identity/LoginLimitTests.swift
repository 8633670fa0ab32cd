import Identity
import RingfortTesting
import Testing

@testable import Ringfort

@Suite("Attempts to log in")
struct LoginLimitTests {
    @Test("are limited for each address, whoever is tried")
    func address() async throws {
        let users = try LoginServer { $0.identity?.addressLimit = IdentityConfiguration().addressLimit }
        for index in 0..<5 { #expect(try await users.login("user\(index)").status == 401) }
        let limited = try await users.login("another")
        #expect(limited.status == 429)
        #expect(limited.headers["retry-after"] == "12")
        #expect(limited.headers["ratelimit-policy"] == "\"route\";q=5;w=60")
        #expect(try await users.login("another", from: "192.0.2.2").status == 401)
        try await users.server.advanceClock(by: .seconds(12))
        #expect(try await users.login("another").status == 401)
    }

    @Test(
        "are limited for each user from one address, whether there is such a user or not",
        arguments: ["alice", "nobody"])
    func pair(user: String) async throws {
        let users = try LoginServer()
        for _ in 0..<5 { #expect(try await users.login(user, password: "wrong").status == 401) }
        let limited = try await users.login(user)
        #expect(limited.status == 429)
        #expect(limited.headers["retry-after"] == "12")
        #expect(limited.headers["ratelimit-policy"] == "\"login\";q=5;w=60")
        #expect(limited.body.contains("quota-exceeded"))
        // Others are not.
        #expect(try await users.login("bob").status == 200)
        #expect(users.service.hashes.total == 6)
    }

    @Test("by strangers are limited together, and lock nobody out where he usually is", arguments: ["alice", "nobody"])
    func strangers(user: String) async throws {
        let users = try LoginServer()
        if user == "alice" { _ = try await users.login(from: "198.51.100.7").grant() }
        // Of one bucket, whoever takes the last one.
        let tries = user == "alice" ? 4 : 5
        for index in 0..<tries {
            #expect(try await users.login(user, password: "wrong", from: "192.0.2.\(index)").status == 401)
        }
        let stranger = try await users.login(user, from: "192.0.2.100")
        #expect(stranger.status == 429)
        #expect(stranger.headers["ratelimit-policy"] == "\"account\";q=5;w=60")
        if user == "alice" { #expect(try await users.login(from: "198.51.100.7").status == 200) }
        #expect(try await users.login("bob", from: "192.0.2.100").status == 200)
    }

    @Test("know an address for thirty days")
    func forgotten() async throws {
        let users = try LoginServer()
        _ = try await users.login(from: "198.51.100.7").grant()
        try await users.server.advanceClock(by: .seconds(30 * 86_400 + 1))
        for index in 0..<5 {
            #expect(try await users.login(password: "wrong", from: "192.0.2.\(index)").status == 401)
        }
        #expect(try await users.login(from: "198.51.100.7").status == 429)
    }

    @Test("from one IPv6 network are from one address")
    func ipv6() async throws {
        let users = try LoginServer()
        for index in 1...5 {
            #expect(try await users.login(password: "wrong", from: "2001:db8::\(index)").status == 401)
        }
        #expect(try await users.login(from: "2001:db8::6").headers["ratelimit-policy"] == "\"login\";q=5;w=60")
    }

    @Test("are hashed so many at a time, however many there are", arguments: [1, 3])
    func cap(hashes: Int) async throws {
        let users = try LoginServer(hashes: hashes, waiting: 50) { configuration in
            configuration.connections = 1_100
            configuration.tasks = 1_100
            configuration.identity?.accountRate = nil
        }
        let answers = try await withThrowingTaskGroup(of: TestResponse.self) { group in
            for _ in 0..<1_000 { group.addTask { try await users.login(password: "wrong") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let hashed = answers.filter { $0.status == 401 }
        let refused = answers.filter { $0.status == 503 }
        #expect(hashed.count + refused.count == 1_000)
        #expect(hashed.count >= 25 + hashes)
        #expect(refused.allSatisfy { $0.headers["retry-after"] == "1" })
        #expect(users.service.hashes.total == hashed.count)
        #expect(users.service.hashes.mostAtOnce <= hashes)
    }

    @Test("leave half of the queue to those who are known where they come from")
    func strangers() async throws {
        let users = try LoginServer(hashes: 1, waiting: 2)
        #expect(try await users.login(from: "192.0.2.1").status == 200)
        let (begun, gate) = (Semaphore(), Semaphore())
        let held = users.service.hashing.submit {
            begun.post()
            gate.wait()
        }
        #expect(held)
        begun.wait()
        #expect(users.service.hashing.submit {})
        #expect(try await users.login(from: "198.51.100.9").status == 503)
        async let known = users.login(from: "192.0.2.1")
        gate.post()
        #expect(try await known.status == 200)
    }

    @Test("are refused where too many wait for a hash")
    func full() async throws {
        let users = try LoginServer(hashes: 1, waiting: 2)
        let (begun, gate) = (Semaphore(), Semaphore())
        let held = users.service.hashing.submit {
            begun.post()
            gate.wait()
        }
        #expect(held)
        begun.wait()
        for _ in 0..<2 { #expect(users.service.hashing.submit {}) }
        let refused = try await users.login()
        #expect(refused.status == 503 && refused.headers["retry-after"] == "1")
        gate.post()
        // Whoever waits until what was before him is done is not refused.
        let (freed, service) = (Semaphore(), users.service)
        while !service.hashing.submit({ freed.post() }) {}
        freed.wait()
        #expect(try await users.login().status == 200)
    }
}
