import SimulatedNetwork
import Testing

@testable import Reactor

@Suite("A shard with too much to do")
struct OverloadTests {
    /// A shard whose time does not leap to the next deadline when nothing else happens.
    private static func simulation(_ configure: (inout ShardLimits) -> Void) throws -> Simulation {
        let simulation = try Simulation(configure: configure)
        simulation.network.isWorkUnderway = true
        return simulation
    }

    private static func text(_ client: Int32, of simulation: borrowing Simulation) -> String {
        String(decoding: simulation.network.received(by: client), as: UTF8.self)
    }

    @Test("tells a client for whom the kernel had no place in time, and closes")
    func refusal() throws {
        var simulation = try Simulation(connections: 1)
        simulation.network.faults.lateCancel = 100
        let first = simulation.network.connect()
        let second = simulation.network.connect()
        try simulation.run(passes: 4)
        #expect(Self.text(second, of: simulation) == "no room\n")
        #expect(simulation.network.serverHasClosed(second))
        #expect(!simulation.network.serverHasClosed(first))
        #expect(simulation.shard.counters.refused == 1)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("leaves the input of a client alone who holds as many answers as it may")
    func outputOfOne() throws {
        var simulation = try Self.simulation { $0.outputBytes = 100 }
        let client = simulation.network.connect()
        simulation.network.stalled = [client]
        simulation.network.send(Array(String(repeating: "x\n", count: 500).utf8), from: client)
        try simulation.run(passes: 20)
        // What one receive asks for may come on top.
        #expect((100...100 + 64 * 2).contains(simulation.shard.backlog.bytes))
        #expect(simulation.shard.counters.pauses > 0)
        simulation.network.stalled = []
        try simulation.run(passes: 1000)
        #expect(Self.text(client, of: simulation) == String(repeating: "[x]\n", count: 500))
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("cuts a client that sends more than is kept while its answer is made")
    func inputOverflow() throws {
        var simulation = try Self.simulation { $0.inputBytes = 200 }
        let client = simulation.network.connect()
        let other = simulation.network.connect()
        simulation.network.send(Array(("later\n" + String(repeating: "x\n", count: 99)).utf8), from: client)
        try simulation.run(passes: 20)
        #expect(!simulation.network.serverHasClosed(client))
        simulation.network.send(Array("x\nx\n".utf8), from: client)
        simulation.network.send(Array("hello\n".utf8), from: other)
        try simulation.run(passes: 5)
        #expect(simulation.network.serverHasClosed(client))
        #expect(Self.text(other, of: simulation) == "[hello]\n")
        #expect(simulation.shard.counters.inputOverflows == 1)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("accepts again a while after an accept has failed")
    func failedAccept() throws {
        var simulation = try Simulation()
        simulation.network.acceptErrors = 1
        let client = simulation.network.connect()
        simulation.network.send(Array("hello\n".utf8), from: client)
        try simulation.run(passes: 2)
        #expect(simulation.shard.counters.failedAccepts == 1)
        #expect(simulation.shard.counters.accepted == 0)
        try simulation.run(passes: 5)
        #expect(Self.text(client, of: simulation) == "[hello]\n")
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("cuts those who hold most of the answers and don't read, and serves the others")
    func slowReaders() throws {
        var simulation = try Self.simulation { $0.totalOutputBytes = 20_000 }
        let slow = (0..<4).map { _ in simulation.network.connect() }
        let modest = simulation.network.connect()
        let normal = simulation.network.connect()
        simulation.network.stalled = Set(slow + [modest])
        simulation.network.send(Array("small\n".utf8), from: modest)
        try simulation.run(passes: 10)
        for client in slow { simulation.network.send(Array("big\nbig\n".utf8), from: client) }
        try simulation.run(passes: 20)
        #expect(simulation.shard.backlog.bytes == 4 * 2 * 3001 + 8)
        simulation.network.send(Array("hello\n".utf8), from: normal)
        try simulation.run(passes: 5)
        #expect(Self.text(normal, of: simulation) == "[hello]\n")
        #expect(slow.filter { simulation.network.serverHasClosed($0) }.count == 2)
        #expect(!simulation.network.serverHasClosed(modest))
        #expect(simulation.shard.counters.slowReaders == 2)
        #expect(simulation.shard.counters.shed == 0)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("cuts slow readers for answers, too, that were made elsewhere")
    func lateAnswers() throws {
        var simulation = try Self.simulation { $0.totalOutputBytes = 10_000 }
        let slow = (0..<8).map { _ in simulation.network.connect() }
        simulation.network.stalled = Set(slow)
        try simulation.run(passes: 10)
        for client in slow { simulation.network.send(Array("later big\n".utf8), from: client) }
        try simulation.run(passes: 10)
        for _ in slow {
            simulation.service.finishWork(at: 0)
            simulation.network.wake()
            try simulation.run(passes: 3)
            #expect(simulation.shard.backlog.bytes <= 10_000 + 3_001)
        }
        #expect(simulation.shard.counters.slowReaders > 0)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("sheds who asks in a pass that has made too many answers already, and serves again in the next")
    func shed() throws {
        var simulation = try Self.simulation { $0.totalOutputBytes = 6000 }
        let clients = (0..<3).map { _ in simulation.network.connect() }
        try simulation.run(passes: 4)
        for client in clients { simulation.network.send(Array("big\nbig\n".utf8), from: client) }
        try simulation.run(passes: 10)
        let answers = clients.map { simulation.network.received(by: $0).count }
        #expect(answers.sorted() == [8, 8, 2 * 3001])
        for client in clients where simulation.network.received(by: client).count == 8 {
            #expect(Self.text(client, of: simulation) == "no room\n")
            #expect(simulation.network.serverHasClosed(client))
        }
        #expect(simulation.shard.counters.shed == 2)
        #expect(simulation.shard.counters.slowReaders == 0)
        let next = simulation.network.connect()
        simulation.network.send(Array("hello\n".utf8), from: next)
        try simulation.run(passes: 5)
        #expect(Self.text(next, of: simulation) == "[hello]\n")
        #expect(try simulation.drainedFaults() == [])
    }
}
