import Bytes
import SimulatedNetwork
import TestSupport

@testable import Reactor

/// A shard over a simulated network, with everything that a test wants to look at.
struct Simulation: ~Copyable {
    let network: SimulatedNetwork
    let service = LineService()
    let mailbox: ShardMailbox
    var shard: Shard<SimulatedSource>
    /// Slots in which an invariant of a connection did not hold after a pass.
    private var brokenSlots: Set<Int> = []

    init(
        seed: UInt64 = 1, faults: SimulatedNetwork.Faults = .init(), connections: Int = 8,
        configure: (inout ShardLimits) -> Void = { _ in }
    ) throws {
        try self.init(
            SimulatedNetwork(seed: seed, faults: faults), connections: connections, configure: configure)
    }

    init(
        _ network: SimulatedNetwork, connections: Int, mailbox: ShardMailbox? = nil, siblings: [ShardMailbox] = [],
        configure: (inout ShardLimits) -> Void = { _ in }
    ) throws {
        self.network = network
        let mailbox = try mailbox ?? ShardMailbox()
        self.mailbox = mailbox
        var limits = ShardLimits()
        limits.connections = connections
        configure(&limits)
        shard = Shard(
            source: SimulatedSource(network), service: service, mailbox: mailbox, siblings: siblings,
            limits: limits)
        shard.start()
    }

    mutating func run(passes: Int) throws {
        for _ in 0..<passes where !shard.hasEnded { try runPass() }
    }

    /// Passes in which workers finish what they are at, now and then and in any order; so many percent of them in time.
    mutating func run(
        passes: Int, workersBy random: inout SeededGenerator, workersInTime: Int = 100
    ) throws {
        for _ in 0..<passes where !shard.hasEnded {
            while !service.underway.isEmpty && random.chance(30) { finishWork(&random) }
            network.isWorkUnderway = !service.underway.isEmpty && random.chance(workersInTime)
            try runPass()
        }
    }

    private mutating func runPass() throws {
        try shard.runPass()
        // The shard asserts it too, but not in an optimised build.
        for slot in 0..<shard.connections.capacity where !shard.connections[slot].verifyInvariants() {
            brokenSlots.insert(slot)
        }
    }

    private func finishWork(_ random: inout SeededGenerator) {
        service.finishWork(at: Int.random(in: service.underway.indices, using: &random))
        network.wake()
    }

    /// Drains, and says what is wrong afterwards.
    mutating func drainedFaults() throws -> [String] {
        network.faults = .init()
        mailbox.post(.drain)
        network.wake()
        var random = SeededGenerator(seed: 0)
        try run(passes: 2000, workersBy: &random)
        var faults = network.violations + service.violations
        if !brokenSlots.isEmpty { faults.append("the invariants of slots \(brokenSlots) did not hold") }
        if !shard.hasEnded { faults.append("the shard did not end") }
        if shard.deferredCount != 0 { faults.append("\(shard.deferredCount) connections have no turn") }
        if shard.openConnections != 0 { faults.append("\(shard.openConnections) slots leaked") }
        if network.lentBuffers != 0 { faults.append("\(network.lentBuffers) buffers leaked") }
        if !service.opened.isEmpty { faults.append("the service was not told of every close") }
        if !service.waiting.isEmpty { faults.append("a connection still waits for its answer") }
        if shard.backlog.bytes != 0 { faults.append("\(shard.backlog.bytes) bytes of output are still counted") }
        if network.isListening { faults.append("it still listens") }
        if shard.counters.accepted != shard.counters.closed { faults.append("accepted and closed differ") }
        return faults
    }
}
