import Bytes
import SimulatedNetwork
import TestSupport
import Testing

@testable import Reactor

@Suite("A shard on a simulated network")
struct SimulatedShardTests {
    @Test(
        "answers every line in order, however it is cut, delayed or handed to a worker",
        arguments: Seeds.chosen(standard: 50))
    func answersInOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let network = SimulatedNetwork.forProperty("harmless", seed: seed, faults: .harmless(using: &random))
        var simulation = try Simulation(network, connections: 4)
        var sent: [Int32: [String]] = [:]
        for _ in 0..<3 { sent[simulation.network.connect()] = (0..<20).map { _ in Self.line(&random) } }
        for (client, lines) in sent.sorted(by: { $0.key < $1.key }) {
            simulation.network.send(Array(lines.map { $0 + "\n" }.joined().utf8), from: client)
        }
        try simulation.run(passes: 3000, workersBy: &random)
        for (client, lines) in sent {
            let isWhole = simulation.network.received(by: client) == lines.flatMap(LineService.answer)
            #expect(isWhole, "client \(client) got something else; \(Seeds.replay(seed))")
        }
        #expect(try simulation.drainedFaults() == [], "\(Seeds.replay(seed))")
    }

    @Test("leaves no trace of any fault, whatever strikes", arguments: Seeds.chosen(standard: 100))
    func survivesFaults(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let network = SimulatedNetwork.forProperty("lines", seed: seed, faults: .random(using: &random))
        var simulation = try Simulation(network, connections: 4) {
            // In some runs answers are too many now and then, so that slow readers are cut, or newcomers shed.
            if random.chance(30) { $0.totalOutputBytes = Int.random(in: 3000...12_000, using: &random) }
        }
        var sent: [Int32: [String]] = [:]
        for _ in 0..<400 {
            if sent.count < 12 && random.chance(10) { sent[network.connect()] = [] }
            for client in sent.keys.sorted() where random.chance(15) {
                let line = random.chance(3) ? "bye" : Self.line(&random)
                sent[client]?.append(line)
                network.send(Array((line + "\n").utf8), from: client)
                if random.chance(2) { network.finishSending(from: client) }
            }
            try simulation.run(passes: 1, workersBy: &random, workersInTime: 90)
        }
        try simulation.run(passes: 200, workersBy: &random)
        #expect(try simulation.drainedFaults() == [], "\(Seeds.replay(seed))")
        for (client, lines) in sent {
            let expected = lines.flatMap(LineService.answer)
            let received = network.received(by: client)
            let answers = zip(expected, received).prefix { $0 == $1 }.count
            // A client whose time was over, or for whom there was no room, may be told so, as the last it hears.
            let rest = received.dropFirst(answers)
            let inOrder = ["timeout\n", "no room\n"].contains { $0.utf8.starts(with: rest) }
            #expect(inOrder, "answers out of order, doubled or lost on \(client); \(Seeds.replay(seed))")
        }
    }

    private static func line(_ random: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<100, using: &random) {
        case ..<10: "big"
        case ..<25: "later \(random.next() % 1000)"
        case ..<40: "slow \(random.next() % 1000)"
        default: "\(random.next() % 1000)"
        }
    }

    @Test("drops an answer whose connection has gone, also when another has its slot")
    func lateAnswer() throws {
        var simulation = try Simulation(connections: 1)
        simulation.network.isWorkUnderway = true
        let gone = simulation.network.connect()
        simulation.network.send(Array("later\n".utf8), from: gone)
        while simulation.service.waiting.isEmpty { try simulation.run(passes: 1) }
        simulation.network.reset(gone)
        while !simulation.network.serverHasClosed(gone) { try simulation.run(passes: 1) }
        let next = simulation.network.connect()
        simulation.network.send(Array("later too\n".utf8), from: next)
        while simulation.service.waiting.isEmpty { try simulation.run(passes: 1) }
        simulation.service.finishWork(at: 0)
        simulation.network.wake()
        try simulation.run(passes: 3)
        #expect(simulation.network.received(by: next).isEmpty)
        simulation.service.finishWork(at: 0)
        simulation.network.wake()
        try simulation.run(passes: 3)
        #expect(String(decoding: simulation.network.received(by: next), as: UTF8.self) == "[later too]\n")
        #expect(simulation.service.lateAnswers == (delivered: 1, dropped: 1))
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("serves nobody whose address can't be had")
    func unknownPeer() throws {
        var simulation = try Simulation(connections: 1)
        simulation.network.hidesPeers = true
        let unknown = simulation.network.connect()
        simulation.network.send(Array("hello\n".utf8), from: unknown)
        try simulation.run(passes: 5)
        #expect(simulation.network.serverHasClosed(unknown))
        #expect(simulation.network.received(by: unknown).isEmpty)
        #expect(simulation.shard.counters.refused == 1 && simulation.shard.counters.accepted == 0)
        simulation.network.hidesPeers = false
        let known = simulation.network.connect()
        simulation.network.send(Array("hello\n".utf8), from: known)
        try simulation.run(passes: 5)
        #expect(String(decoding: simulation.network.received(by: known), as: UTF8.self) == "[hello]\n")
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("tells a client whose answer takes too long, and closes")
    func workDeadline() throws {
        var simulation = try Simulation()
        let client = simulation.network.connect()
        simulation.network.send(Array("later\nnext\n".utf8), from: client)
        try simulation.run(passes: 30)
        #expect(String(decoding: simulation.network.received(by: client), as: UTF8.self) == "timeout\n")
        #expect(simulation.network.serverHasClosed(client))
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("frees the slot of a client that has vanished, with an answer on the way or without")
    func vanishedClients() throws {
        var simulation = try Simulation(connections: 2)
        let clients = (0..<2).map { _ in simulation.network.connect() }
        simulation.network.send(Array("hello\n".utf8), from: clients[0])
        try simulation.run(passes: 2)
        for client in clients { simulation.network.vanish(client) }
        try simulation.run(passes: 100)
        for client in clients { #expect(simulation.network.serverHasClosed(client)) }
        #expect(simulation.shard.openConnections == 0)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("goes on receiving after its buffer pool ran dry")
    func starvation() throws {
        var simulation = try Simulation()
        let clients = (0..<8).map { _ in simulation.network.connect() }
        for client in clients {
            simulation.network.send(Array(String(repeating: "x\n", count: 500).utf8), from: client)
        }
        try simulation.run(passes: 500)
        for client in clients { #expect(simulation.network.received(by: client).count == 500 * 4) }
        #expect(simulation.shard.counters.starvedReceives > 0)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("leaves the input of a client alone who doesn't read, and goes on when it does")
    func backPressure() throws {
        var faults = SimulatedNetwork.Faults()
        faults.slowReader = 100
        var simulation = try Simulation(faults: faults)
        let client = simulation.network.connect()
        simulation.network.send(Array(String(repeating: "big\n", count: 100).utf8), from: client)
        while simulation.shard.counters.pauses == 0 { try simulation.run(passes: 1) }
        #expect(simulation.network.received(by: client).isEmpty)
        simulation.network.faults = .init()
        try simulation.run(passes: 500)
        #expect(simulation.network.received(by: client).count == 100 * 3001)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("answers what a client asked before it closed its side")
    func halfClose() throws {
        var simulation = try Simulation()
        let client = simulation.network.connect()
        simulation.network.send(Array("one\ntwo\nthr".utf8), from: client)
        simulation.network.finishSending(from: client)
        try simulation.run(passes: 50)
        #expect(String(decoding: simulation.network.received(by: client), as: UTF8.self) == "[one]\n[two]\n")
        #expect(simulation.network.serverHasClosed(client))
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("cuts a client that never finishes its line, and tells it")
    func lineDeadline() throws {
        var simulation = try Simulation()
        let client = simulation.network.connect()
        simulation.network.send(Array("never fini".utf8), from: client)
        try simulation.run(passes: 20)
        #expect(String(decoding: simulation.network.received(by: client), as: UTF8.self) == "timeout\n")
        #expect(simulation.shard.counters.expired >= 1)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("cuts a client that doesn't read its answer")
    func sendDeadline() throws {
        var faults = SimulatedNetwork.Faults()
        faults.slowReader = 100
        var simulation = try Simulation(faults: faults)
        let client = simulation.network.connect()
        simulation.network.send(Array("hello\n".utf8), from: client)
        try simulation.run(passes: 50)
        #expect(simulation.network.serverHasClosed(client))
        #expect(simulation.network.received(by: client).isEmpty)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("stops accepting when it is full, and accepts again when there is room")
    func fullTable() throws {
        var simulation = try Simulation(connections: 2)
        let clients = (0..<4).map { _ in simulation.network.connect() }
        for client in clients { simulation.network.send(Array("bye\n".utf8), from: client) }
        try simulation.run(passes: 200)
        for client in clients {
            #expect(String(decoding: simulation.network.received(by: client), as: UTF8.self) == "[bye]\n")
        }
        #expect(simulation.shard.counters.accepted == 4)
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("drains: idle connections close, a request under way is answered first")
    func drain() throws {
        var simulation = try Simulation()
        let idle = simulation.network.connect()
        let busy = simulation.network.connect()
        simulation.network.send(Array("hello\n".utf8), from: idle)
        simulation.network.send(Array("half a".utf8), from: busy)
        try simulation.run(passes: 3)
        simulation.mailbox.post(.drain)
        simulation.network.wake()
        try simulation.run(passes: 2)
        #expect(simulation.network.serverHasFinished(with: idle))
        #expect(!simulation.network.serverHasFinished(with: busy))
        simulation.network.send(Array(" line\n".utf8), from: busy)
        #expect(try simulation.drainedFaults() == [])
        #expect(String(decoding: simulation.network.received(by: busy), as: UTF8.self) == "[half a line]\n")
    }

    @Test("cuts what is left when the time for draining is over")
    func drainDeadline() throws {
        var simulation = try Simulation()
        simulation.network.faults.slowReader = 100
        let client = simulation.network.connect()
        simulation.network.send(Array("hello\n".utf8), from: client)
        try simulation.run(passes: 3)
        simulation.mailbox.post(.drain)
        simulation.network.wake()
        try simulation.run(passes: 20)
        #expect(simulation.shard.hasEnded == true)
        #expect(simulation.network.serverHasClosed(client))
    }

    @Test("stops at once when told to")
    func stop() throws {
        var simulation = try Simulation()
        let client = simulation.network.connect()
        simulation.network.send(Array("half a".utf8), from: client)
        try simulation.run(passes: 4)
        simulation.mailbox.post(.stop)
        simulation.network.wake()
        try simulation.run(passes: 20)
        #expect(simulation.shard.hasEnded == true)
        #expect(simulation.network.violations == [])
    }
}
