import SimulatedNetwork
import Testing

@testable import Reactor

@Suite("What a service puts off")
struct DeferralTests {
    /// Clients whose connections are accepted.
    private static func clients(_ count: Int, of simulation: inout Simulation) throws -> [Int32] {
        let clients = (0..<count).map { _ in simulation.network.connect() }
        // One is accepted in a pass; in a further one there would be nothing to do but to wait for their deadlines.
        try simulation.run(passes: count)
        return clients
    }

    @Test("comes after all others of the pass, and still within it")
    func order() throws {
        var simulation = try Simulation()
        let clients = try Self.clients(3, of: &simulation)
        for (client, line) in zip(clients, ["slow a\n", "b\nslow c\nd\n", "e\n"]) {
            simulation.network.send(Array(line.utf8), from: client)
        }
        try simulation.run(passes: 1)
        // What follows a line that is put off waits with it.
        #expect(simulation.service.answeredLines == ["b", "e", "slow a", "slow c", "d"])
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("has its turns in the order in which it came, and nobody waits for events meanwhile")
    func turns() throws {
        var simulation = try Simulation()
        let clients = try Self.clients(4, of: &simulation)
        for client in clients { simulation.network.send(Array("slow \(client)\nslow too\n".utf8), from: client) }
        let start = simulation.network.nowNanoseconds
        var counts: [Int] = []
        while simulation.service.answeredLines.count < 8 {
            try simulation.run(passes: 1)
            counts.append(simulation.service.answeredLines.count)
        }
        #expect(counts == [2, 4, 6, 8])
        #expect(Array(simulation.service.answeredLines.prefix(4)) == clients.map { "slow \($0)" })
        #expect(simulation.network.nowNanoseconds - start < 1_000_000_000)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("is forgotten with its connection, also when another has the slot")
    func gone() throws {
        var simulation = try Simulation(connections: 3)
        let clients = try Self.clients(3, of: &simulation)
        for client in clients { simulation.network.send(Array("slow \(client)\n".utf8), from: client) }
        try simulation.run(passes: 1)
        #expect(simulation.service.deferred.count == 1)
        simulation.service.isHoldingBack = true
        simulation.network.isWorkUnderway = true
        simulation.network.reset(clients[2])
        while !simulation.network.serverHasClosed(clients[2]) { try simulation.run(passes: 1) }
        let next = simulation.network.connect()
        simulation.network.send(Array("quick\n".utf8), from: next)
        simulation.service.isHoldingBack = false
        try simulation.run(passes: 10)
        #expect(String(decoding: simulation.network.received(by: next), as: UTF8.self) == "[quick]\n")
        #expect(try simulation.drainedFaults() == [])
    }
}
