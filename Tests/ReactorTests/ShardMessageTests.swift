import Bytes
import Ring
import SimulatedNetwork
import TestSupport
import Testing

@testable import Reactor

/// Shards that tell each other things, each over a network of its own.
private struct SimulatedGroup: ~Copyable {
    private var shards: FixedArray<Simulation>

    init(
        seed: UInt64, count: Int, faults: SimulatedNetwork.Faults = .init(), isMisdirected: Bool = false
    ) throws {
        let mailboxes = try (0..<count).map { _ in try ShardMailbox() }
        let networks = (0..<count).map { SimulatedNetwork(seed: seed &+ UInt64($0), faults: faults) }
        let found = isMisdirected ? Array(networks.dropFirst()) + networks.prefix(1) : networks
        SimulatedNetwork.join(zip(found, mailboxes).map { (network: $0, mailbox: $1) })
        var made: [Handed] = []
        for index in 0..<count {
            let siblings = mailboxes.indices.filter { $0 != index }.map { mailboxes[$0] }
            made.append(
                Handed(
                    try Simulation(
                        networks[index], connections: 4, mailbox: mailboxes[index], siblings: siblings)))
        }
        shards = FixedArray(count: count) { made[$0].take() }
    }

    /// A value on its way into the array.
    private final class Handed {
        private var simulation: Simulation?
        init(_ simulation: consuming Simulation) { self.simulation = consume simulation }
        func take() -> Simulation {
            guard let simulation = simulation.take() else { preconditionFailure("taken twice") }
            return simulation
        }
    }

    var count: Int { shards.count }

    /// How often each was told to look.
    var refreshes: [Int] { (0..<count).map { shards[$0].service.refreshes.count } }

    func connect(to shard: Int) -> Int32 { shards[shard].network.connect() }

    func send(_ line: String, from client: Int32, to shard: Int) {
        shards[shard].network.send(Array("\(line)\n".utf8), from: client)
    }

    func received(by client: Int32, of shard: Int) -> String {
        String(decoding: shards[shard].network.received(by: client), as: UTF8.self)
    }

    /// What a shard had counted when it was told to look last.
    func counters(shard: Int) -> ShardCounters { shards[shard].service.refreshes.counters }

    /// Another thread tells one shard.
    func post(_ message: ShardMessage, to shard: Int) { shards[shard].mailbox.post(message) }

    func closeRing(of shard: Int) { shards[shard].network.closeRing() }

    var haveEnded: Bool { (0..<count).allSatisfy { shards[$0].shard.hasEnded } }

    /// One pass of a shard; whatever lies in its mailbox has rung.
    mutating func runPass(of shard: Int) throws {
        if shards[shard].mailbox.holdsMessage { shards[shard].network.wake() }
        try shards[shard].run(passes: 1)
    }

    mutating func run(rounds: Int) throws {
        for _ in 0..<rounds {
            for shard in 0..<count { try runPass(of: shard) }
        }
    }

    mutating func drainedFaults() throws -> [String] {
        var faults: [String] = []
        for shard in 0..<count { faults += try shards[shard].drainedFaults() }
        return faults
    }
}

@Suite("A message between shards")
struct ShardMessageTests {
    @Test("reaches every shard from whichever was told", arguments: 0..<3)
    func passesOn(first: Int) throws {
        var group = try SimulatedGroup(seed: 1, count: 3)
        group.post([.refresh, .passOn], to: first)
        try group.run(rounds: 5)
        let all = group.refreshes
        #expect(all == [1, 1, 1])
        group.post(.refresh, to: first)
        try group.run(rounds: 5)
        let refreshes = group.refreshes
        #expect(refreshes == (0..<3).map { $0 == first ? 2 : 1 })
        let faults = try group.drainedFaults()
        #expect(faults == [])
    }

    @Test("tells the service what the shard has counted")
    func counters() throws {
        var group = try SimulatedGroup(seed: 1, count: 2)
        let client = group.connect(to: 1)
        group.send("hello", from: client, to: 1)
        try group.run(rounds: 5)
        group.post([.refresh, .passOn], to: 0)
        try group.run(rounds: 5)
        let accepted = (0..<2).map { group.counters(shard: $0).accepted }
        #expect(accepted == [0, 1])
        let faults = try group.drainedFaults()
        #expect(faults == [])
    }

    @Test(
        "is never lost, whatever is delayed, reordered or finds no room, and leaves nothing behind",
        arguments: Seeds.chosen(standard: 100))
    func neverLost(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var group = try SimulatedGroup(seed: seed, count: 3, faults: .random(using: &random))
        for _ in 0..<20 {
            let client = (shard: Int.random(in: 0..<3, using: &random), group.connect(to: 0))
            group.send("hello", from: client.1, to: 0)
            for _ in 0..<Int.random(in: 1...10, using: &random) {
                try group.runPass(of: Int.random(in: 0..<3, using: &random))
            }
            let before = group.refreshes
            group.post([.refresh, .passOn], to: client.shard)
            // A pass may be late for any reason, but not for ever.
            try group.run(rounds: 200)
            let after = group.refreshes
            #expect(zip(before, after).allSatisfy { $0 < $1 }, "\(Seeds.replay(seed))")
        }
        group.post([.drain, .passOn], to: Int.random(in: 0..<3, using: &random))
        try group.run(rounds: 4000)
        let haveEnded = group.haveEnded
        #expect(haveEnded, "\(Seeds.replay(seed))")
        let faults = try group.drainedFaults()
        #expect(faults == [], "\(Seeds.replay(seed))")
    }

    @Test("to a shard whose ring is not there goes into its mailbox")
    func withoutRing() throws {
        var group = try SimulatedGroup(seed: 1, count: 2)
        group.closeRing(of: 1)
        group.post([.refresh, .passOn], to: 0)
        try group.run(rounds: 5)
        let refreshes = group.refreshes
        #expect(refreshes == [1, 1])
        let faults = try group.drainedFaults()
        #expect(faults == [])
    }

    @Test("passes between the kernel's rings, also while the others wait for nothing else")
    func overTheKernel() throws {
        let group = try KernelGroup(count: 3)
        for round in 1...50 {
            group.threads[round % 3].mailbox.post([.refresh, .passOn])
            group.looked.wait(forEach: round)
        }
        group.threads[0].mailbox.post([.drain, .passOn])
        for thread in group.threads { _ = try thread.join() }
    }

    @Test("that comes to another shard's ring, whose descriptor was a third one's before, tells it nothing")
    func misdirected() throws {
        var group = try SimulatedGroup(seed: 1, count: 3, isMisdirected: true)
        group.post([.refresh, .passOn], to: 0)
        try group.run(rounds: 5)
        let refreshes = group.refreshes
        #expect(refreshes == [1, 0, 0])
        let faults = try group.drainedFaults()
        #expect(faults == [])
    }
}

/// Shards on rings of the kernel's.
private struct KernelGroup {
    let threads: [ShardThread]
    let looked: LookCounts

    init(count: Int) throws {
        let looked = LookCounts(count: count)
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let listeners = try ListeningSocket.open(address, count: count)
        let mailboxes = try listeners.map { _ in try ShardMailbox() }
        var limits = ShardLimits()
        limits.connections = 8
        limits.receiveBuffers = 8
        self.looked = looked
        threads = try listeners.indices.map { index in
            try ShardThread(
                listeners: [listeners[index]], mailbox: mailboxes[index],
                siblings: mailboxes.indices.filter { $0 != index }.map { mailboxes[$0] }, core: nil, limits: limits,
                makeService: { LineService(whenRefreshed: { looked.add(index) }) })
        }
    }
}

/// How often each shard's service was told to look.
private final class LookCounts: Sendable {
    private let counts: SeenMutex<[Int]>
    private let semaphore = Semaphore()

    init(count: Int) { counts = SeenMutex([Int](repeating: 0, count: count)) }

    func add(_ shard: Int) {
        counts.withLock { $0[shard] += 1 }
        semaphore.post()
    }

    /// Waits until every shard has been told so often.
    func wait(forEach count: Int) {
        while !counts.withLock({ $0.allSatisfy { $0 >= count } }) { semaphore.wait() }
    }
}
