import SimulatedNetwork
import TestSupport
import Testing

@testable import Ringfort

@Suite("A thousand clients that drip their heads")
struct SlowClientsTests {
    private static let request = Array("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    /// A server with so many dripping clients, and sixteen that behave, all of them accepted.
    private struct Crowd: ~Copyable {
        var server: SimulatedServer
        let slow: [Int32]
        let normal: [Int32]
        private var passes = 0

        init(slow count: Int) throws {
            let network = SimulatedNetwork(seed: 1, faults: .init(), bufferCount: 256, bufferByteCount: 4096)
            // Time shall not leap to the next deadline between two requests.
            network.isWorkUnderway = true
            // Slow ones have the lower numbers: whatever the network does in order, it does for them first.
            slow = (0..<count).map { _ in network.connect() }
            normal = (0..<16).map { _ in network.connect() }
            for client in slow { network.send(Array("GET /he".utf8), from: client) }
            server = try SimulatedServer(network, connections: 1100)
        }

        /// Each normal client asks 20 times, the next time when it has its answer; every slow one sends a byte in each
        /// fifty passes. How many passes it takes.
        mutating func passesUntilAnswered() throws -> Int {
            while server.shard.openConnections < slow.count + normal.count { try server.shard.runPass() }
            let answerBytes = try firstAnswer()
            let start = passes
            for asked in 2...20 {
                for client in normal { server.network.send(SlowClientsTests.request, from: client) }
                while !normal.allSatisfy({ server.network.received(by: $0).count == asked * answerBytes }) {
                    try #require(passes < 1000)
                    try runPass()
                }
            }
            return passes - start
        }

        private mutating func firstAnswer() throws -> Int {
            for client in normal { server.network.send(SlowClientsTests.request, from: client) }
            for _ in 0..<4 { try runPass() }
            return server.network.received(by: normal[0]).count
        }

        private mutating func runPass() throws {
            for client in slow where (Int(client) + passes).isMultiple(of: 50) {
                server.network.send(Array("a".utf8), from: client)
            }
            try server.shard.runPass()
            passes += 1
        }
    }

    @Test("change nothing for those who behave but the number of connections, and are told when their time is over")
    func change() throws {
        var alone = try Crowd(slow: 0)
        var crowded = try Crowd(slow: 1000)
        let passes = try alone.passesUntilAnswered()
        #expect(passes > 20)
        #expect(try crowded.passesUntilAnswered() == passes)
        #expect(crowded.server.shard.openConnections == 1016)

        crowded.server.network.isWorkUnderway = false
        // Nothing else happens now: the time of those who owe a head is what comes next.
        for _ in 0..<200 where crowded.server.shard.openConnections > 16 { try crowded.server.shard.runPass() }
        #expect(crowded.server.shard.openConnections == 16)
        for client in crowded.slow {
            let text = String(decoding: crowded.server.network.received(by: client), as: UTF8.self)
            let answers = try Answer.all(in: text)
            #expect(answers.map(\.status) == [408])
            #expect(crowded.server.network.serverHasClosed(client))
        }
        for client in crowded.normal {
            #expect(!crowded.server.network.serverHasClosed(client))
            let bytes = crowded.server.network.received(by: client).count
            #expect(bytes == alone.server.network.received(by: alone.normal[0]).count)
        }
        try crowded.server.drain()
        #expect(crowded.server.shard.hasEnded == true)
        #expect(crowded.server.network.violations == [])
        #expect(crowded.server.network.lentBuffers == 0)
    }
}
