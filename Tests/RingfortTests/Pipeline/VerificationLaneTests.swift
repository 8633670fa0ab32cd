import Bytes
import Foundation
import Reactor
import SimulatedNetwork
import TestSupport
import Testing

@testable import Ringfort

@Suite("The second lane")
struct VerificationLaneTests {
    private static func connection(_ slot: Int) -> ConnectionID { ConnectionID(slot: slot, generation: 0) }

    private static func turns(_ lane: inout VerificationLane, beside others: UInt64 = 0) -> [Int] {
        lane.beginPass()
        var slots: [Int] = []
        while let connection = lane.next(after: others) { slots.append(connection.slot) }
        return slots
    }

    @Test("gives turns in order, as far as a pass's budget goes, and at least one")
    func budget() {
        var lane = VerificationLane(capacity: 8, connections: 8, budgetMicroseconds: 100)
        for (slot, price) in [(0, 40), (1, 60), (2, 1), (3, 5_000), (4, UInt32.max), (5, 10)] {
            lane.append(Self.connection(slot), priceMicroseconds: price)
        }
        #expect(Self.turns(&lane) == [0, 1])
        #expect(Self.turns(&lane) == [2])
        #expect(Self.turns(&lane) == [3])
        #expect(Self.turns(&lane) == [4])
        #expect(Self.turns(&lane) == [5])
        #expect(lane.count == 0)
        #expect(Self.turns(&lane) == [])
    }

    @Test(
        "gives fewer turns beside others, whom it leaves nine tenths of the time, but never none",
        arguments: [(0, 10), (1, 1), (19, 1), (40, 2), (64, 3), (1_000, 10)] as [(UInt64, Int)])
    func budgetBesideOthers(others: UInt64, turns: Int) {
        var lane = VerificationLane(capacity: 16, connections: 16, budgetMicroseconds: 100)
        for slot in 0..<16 { lane.append(Self.connection(slot), priceMicroseconds: 10) }
        #expect(Self.turns(&lane, beside: others).count == turns)
    }

    @Test("doesn't count those as others who were put off in the same pass")
    func putOff() {
        var lane = VerificationLane(capacity: 16, connections: 16, budgetMicroseconds: 100)
        lane.beginPass()
        for slot in 0..<4 { lane.append(Self.connection(slot), priceMicroseconds: 25) }
        var turns = 0
        // One that has had its turn may have sent more, which was answered at once.
        while lane.next(after: 4 + UInt64(turns)) != nil { turns += 1 }
        #expect(turns == 4)
    }

    @Test("forgets who has gone, wherever it stood", arguments: 0..<4)
    func removal(gone: Int) {
        var lane = VerificationLane(capacity: 4, connections: 50, budgetMicroseconds: 1000)
        for round in 0..<4 {
            let slots = (0..<4).map { (10 * round + $0 * 7) % 50 }
            for slot in slots { lane.append(Self.connection(slot), priceMicroseconds: 1) }
            #expect(lane.isFull == true)
            lane.remove(slot: slots[gone])
            lane.remove(slot: slots[gone])
            #expect(lane.isFull == false)
            lane.append(Self.connection(slots[gone]), priceMicroseconds: 1)
            #expect(Self.turns(&lane) == slots.filter { $0 != slots[gone] } + [slots[gone]])
            #expect(lane.count == 0)
        }
    }

    @Test("forgets everybody, one by one")
    func removalOfAll() {
        var lane = VerificationLane(capacity: 3, connections: 3, budgetMicroseconds: 1000)
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]] {
            for slot in 0..<3 { lane.append(Self.connection(slot), priceMicroseconds: 1) }
            for slot in order { lane.remove(slot: slot) }
            #expect(lane.count == 0)
            #expect(Self.turns(&lane) == [])
        }
    }

    // MARK: With a shard around it

    /// A shard on a network without faults, in which a check with ES256 takes a pass's whole budget, and one with HS256
    /// hardly anything.
    private struct Simulation: ~Copyable {
        let network = SimulatedNetwork(seed: 1, faults: .init(), bufferCount: 64, bufferByteCount: 4096)
        let mailbox: ShardMailbox
        var shard: Shard<SimulatedSource>
        private(set) var clients: [Int32] = []

        /// - Parameter clients: how many are connected already.
        static func with(
            clients count: Int, api: Router = TestServer.api,
            configure: (inout ServerConfiguration) throws -> Void = { _ in }
        ) throws -> Simulation {
            let mailbox = try ShardMailbox()
            var simulation = try Simulation(try service(api, mailbox, configure), mailbox)
            // Time doesn't leap to the clients' deadlines when there is nothing to do.
            simulation.network.isWorkUnderway = true
            for _ in 0..<count { simulation.clients.append(simulation.network.connect()) }
            try simulation.run(passes: count + 1)
            return simulation
        }

        private init(_ service: HTTPService, _ mailbox: ShardMailbox) throws {
            self.mailbox = mailbox
            var limits = ShardLimits()
            limits.connections = 16
            shard = Shard(source: SimulatedSource(network), service: service, mailbox: mailbox, limits: limits)
            shard.start()
        }

        private static func service(
            _ api: Router, _ mailbox: ShardMailbox, _ configure: (inout ServerConfiguration) throws -> Void
        ) throws -> HTTPService {
            var configuration = try ServerConfiguration(
                address: try #require(ListenAddress("127.0.0.1:0")), keyring: TestKeys.keyring())
            configuration.addressRate = nil
            configuration.principalRate = nil
            configuration.verificationTime = nil
            configuration.limiterCapacity = 64
            configuration.waitingVerifications = 3
            for algorithm in Algorithm.allCases { configuration.verificationPrices[algorithm] = 1 }
            configuration.verificationPrices[.es256] = 1_000
            try configure(&configuration)
            let log = try LogWriter(shards: 1, ringBytes: 1 << 16)
            return HTTPService(
                try Pipeline(
                    try Application(api, configuration), connections: 16, records: log.producer(shard: 0),
                    workers: Workers(nil, mailbox)))
        }

        mutating func run(passes: Int) throws { for _ in 0..<passes { try shard.runPass() } }

        func send(_ requests: String..., from client: Int) {
            network.send(Array(requests.joined().utf8), from: clients[client])
        }

        func answers(to client: Int) throws -> [Answer] {
            try Answer.all(in: String(decoding: network.received(by: clients[client]), as: UTF8.self))
        }

        func statuses() throws -> [[Int]] { try clients.indices.map { try answers(to: $0).map(\.status) } }

        /// Drains, and says what is left over.
        mutating func leftovers() throws -> [String] {
            network.isWorkUnderway = false
            mailbox.post(.drain)
            network.wake()
            for _ in 0..<200 where !shard.hasEnded { try shard.runPass() }
            var leftovers = network.violations
            if !shard.hasEnded { leftovers.append("the shard has not ended") }
            if network.lentBuffers > 0 { leftovers.append("\(network.lentBuffers) buffers") }
            return leftovers
        }
    }

    private static let health = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    private static func whoami(_ algorithm: Algorithm) throws -> String {
        let token = try TestKeys.simulatedToken(algorithm)
        return "GET /whoami HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n"
    }

    @Test("lets a flood of expensive tokens wait, oldest first, and shed, while all others are answered in their pass")
    func flood() throws {
        var simulation = try Simulation.with(clients: 8)
        for client in 0..<5 { simulation.send(try Self.whoami(.es256), from: client) }
        simulation.send(Self.health, from: 5)
        simulation.send(try Self.whoami(.hs256), from: 6)
        simulation.send(Self.health, try Self.whoami(.es256), Self.health, from: 7)
        // What one pass decides, the next sends: three wait, of whom the oldest has a turn; the others find no room.
        try simulation.run(passes: 2)
        #expect(try simulation.statuses() == [[200], [], [], [503], [503], [200], [200], [200, 503, 200]])
        let shed = try simulation.answers(to: 3)[0]
        #expect(shed.headers["retry-after"] == "1")
        #expect(shed.headers["connection"] == nil)
        try simulation.run(passes: 1)
        #expect(try simulation.statuses().prefix(3) == [[200], [200], []])
        try simulation.run(passes: 1)
        #expect(try simulation.statuses().prefix(3) == [[200], [200], [200]])
        // Who was told to come back can, on the same connection.
        simulation.send(try Self.whoami(.es256), from: 3)
        try simulation.run(passes: 2)
        #expect(try simulation.answers(to: 3).map(\.status) == [503, 200])
        #expect(try simulation.leftovers() == [])
    }

    @Test("keeps the answers of a connection in their order")
    func pipelined() throws {
        var simulation = try Simulation.with(clients: 2)
        simulation.send(try Self.whoami(.es256), from: 0)
        simulation.send(Self.health, try Self.whoami(.es256), Self.health, try Self.whoami(.es256), from: 1)
        try simulation.run(passes: 2)
        #expect(try simulation.statuses() == [[200], [200]])
        try simulation.run(passes: 1)
        #expect(try simulation.statuses() == [[200], [200, 200, 200]])
        try simulation.run(passes: 1)
        #expect(try simulation.answers(to: 1).map(\.body) == ["healthy\n", "alice\n", "healthy\n", "alice\n"])
        #expect(try simulation.leftovers() == [])
    }

    @Test("costs one expensive request no pass more than a cheap one")
    func alone() throws {
        for algorithm in [Algorithm.hs256, .es256] {
            var simulation = try Simulation.with(clients: 1)
            simulation.send(try Self.whoami(algorithm), from: 0)
            try simulation.run(passes: 2)
            #expect(try simulation.statuses() == [[200]])
            #expect(try simulation.leftovers() == [])
        }
    }

    @Test("has an async handler run in the pass in which its token has its turn")
    func asyncHandler() throws {
        var api = Router()
        api.onAsync(.get, "/whoami", scopes: .readThings) { _, response in response.text("you\n") }
        var simulation = try Simulation.with(clients: 1, api: api)
        // From its first run on, the executor knows its thread, and wakes nobody for what is enqueued there.
        for algorithm in [Algorithm.hs256, .es256] {
            simulation.send(try Self.whoami(algorithm), from: 0)
            try simulation.run(passes: 2)
        }
        #expect(try simulation.statuses() == [[200, 200]])
        #expect(try simulation.leftovers() == [])
    }

    @Test("charges a request once, and counts it once")
    func chargedOnce() throws {
        var simulation = try Simulation.with(clients: 1) {
            $0.addressRate = try CellRate(tokens: 1, everySeconds: 600, burst: 2)
            $0.verificationTime = try CellRate(tokens: 1, everySeconds: 1, burst: 2_000)
            $0.requestsPerConnection = 3
        }
        for _ in 0..<3 {
            simulation.send(try Self.whoami(.es256), from: 0)
            try simulation.run(passes: 3)
        }
        let answers = try simulation.answers(to: 0)
        #expect(answers.map(\.status) == [200, 200, 429])
        #expect(answers.map { $0.headers["connection"] } == [nil, nil, "close"])
        #expect(try simulation.leftovers() == [])
    }

    @Test("charges nothing to those who find no room in it")
    func shedIsFree() throws {
        var simulation = try Simulation.with(clients: 4) {
            $0.verificationTime = try CellRate(tokens: 1, everySeconds: 1, burst: 4_000)
        }
        for client in 0..<4 { simulation.send(try Self.whoami(.es256), from: client) }
        try simulation.run(passes: 5)
        #expect(try simulation.statuses() == [[200], [200], [200], [503]])
        simulation.send(try Self.whoami(.es256), from: 3)
        try simulation.run(passes: 2)
        #expect(try simulation.statuses() == [[200], [200], [200], [503, 200]])
        #expect(try simulation.leftovers() == [])
    }

    @Test("has a place again for each who went away, and refuses those who failed too often meanwhile")
    func goneAndFailed() throws {
        var simulation = try Simulation.with(clients: 5) {
            $0.failedAuthenticationRate = try CellRate(tokens: 1, everySeconds: 600, burst: 1)
        }
        let keyring = try TestKeys.keyring()
        let index = try #require(keyring.verificationKeys.firstIndex { $0.algorithm == .es256 })
        let junk = String(keyring.forgery(keyIndex: index).bytes)
        for client in 0..<3 {
            simulation.send("GET /whoami HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(junk)\r\n\r\n", from: client)
        }
        try simulation.run(passes: 1)
        simulation.network.reset(simulation.clients[2])
        try simulation.run(passes: 4)
        #expect(try simulation.statuses().prefix(3) == [[401], [429], []])
        #expect(simulation.network.serverHasClosed(simulation.clients[2]))
        #expect(try simulation.leftovers() == [])
    }
}
