import Bytes
import SimulatedNetwork
import TestSupport
import Testing

@testable import Reactor

/// A shard over a simulated network, with everything that a test wants to look at.
struct Simulation: ~Copyable {
    let network: SimulatedNetwork
    let service = LineService()
    let mailbox: ShardMailbox
    var shard: Shard<SimulatedSource>

    init(seed: UInt64 = 1, faults: SimulatedNetwork.Faults = .init(), connections: Int = 8) throws {
        network = SimulatedNetwork(seed: seed, faults: faults)
        mailbox = try ShardMailbox()
        var limits = ShardLimits()
        limits.connections = connections
        shard = Shard(source: SimulatedSource(network), service: service, mailbox: mailbox, limits: limits)
        shard.start()
    }

    mutating func run(passes: Int) throws {
        for _ in 0..<passes where !shard.hasEnded { try shard.runPass() }
    }

    /// Drains, and says what is wrong afterwards.
    mutating func drainedFaults() throws -> [String] {
        network.faults = .init()
        mailbox.requestDrain()
        network.wake()
        try run(passes: 2000)
        var faults = network.violations + service.violations
        if !shard.hasEnded { faults.append("the shard did not end") }
        if shard.openConnections != 0 { faults.append("\(shard.openConnections) slots leaked") }
        if network.lentBuffers != 0 { faults.append("\(network.lentBuffers) buffers leaked") }
        if !service.opened.isEmpty { faults.append("the service was not told of every close") }
        if network.isListening { faults.append("it still listens") }
        if shard.counters.accepted != shard.counters.closed { faults.append("accepted and closed differ") }
        return faults
    }
}

@Suite("A shard on a simulated network")
struct SimulatedShardTests {
    @Test("answers lines in order, however they are cut", arguments: 1...20 as ClosedRange<UInt64>)
    func answersInOrder(seed: UInt64) throws {
        var faults = SimulatedNetwork.Faults()
        faults.fragmentedReceive = 80
        faults.shortSend = 50
        faults.delay = 30
        var simulation = try Simulation(seed: seed, faults: faults)
        let client = simulation.network.connect()
        let lines = (0..<50).map { "line \($0)" }
        simulation.network.send(Array(lines.map { $0 + "\n" }.joined().utf8), from: client)
        try simulation.run(passes: 3000)
        #expect(simulation.network.received(by: client) == lines.flatMap(LineService.answer))
        #expect(try simulation.drainedFaults() == [])
    }

    @Test("leaves no trace of any fault, whatever strikes", arguments: 1...200 as ClosedRange<UInt64>)
    func survivesFaults(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var faults = SimulatedNetwork.Faults()
        faults.fragmentedReceive = Int.random(in: 0...90, using: &random)
        faults.shortSend = Int.random(in: 0...90, using: &random)
        faults.delay = Int.random(in: 0...60, using: &random)
        faults.reset = random.chance(50) ? Int.random(in: 0...3, using: &random) : 0
        faults.slowReader = Int.random(in: 0...80, using: &random)
        var simulation = try Simulation(seed: seed, faults: faults, connections: 4)
        var sent: [Int32: [String]] = [:]
        for _ in 0..<400 {
            if sent.count < 12 && random.chance(10) { sent[simulation.network.connect()] = [] }
            for client in sent.keys.sorted() where random.chance(15) {
                let line = random.chance(10) ? "big" : random.chance(3) ? "bye" : "\(random.next() % 1000)"
                sent[client]?.append(line)
                simulation.network.send(Array((line + "\n").utf8), from: client)
                if random.chance(2) { simulation.network.finishSending(from: client) }
            }
            try simulation.run(passes: 1)
        }
        try simulation.run(passes: 200)
        #expect(try simulation.drainedFaults() == [])
        for (client, lines) in sent {
            let expected = lines.flatMap(LineService.answer)
            let received = simulation.network.received(by: client)
            let answers = zip(expected, received).prefix { $0 == $1 }.count
            let inOrder = Array("timeout\n".utf8).starts(with: received.dropFirst(answers))
            #expect(inOrder, "answers out of order, doubled or lost on \(client)")
        }
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
        simulation.mailbox.requestDrain()
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
        simulation.mailbox.requestDrain()
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
        simulation.mailbox.requestStop()
        simulation.network.wake()
        try simulation.run(passes: 20)
        #expect(simulation.shard.hasEnded == true)
        #expect(simulation.network.violations == [])
    }
}
