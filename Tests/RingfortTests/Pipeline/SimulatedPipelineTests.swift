import Bytes
import Foundation
import Reactor
import SimulatedNetwork
import TestSupport
import Testing

@testable import Ringfort

@Suite("The pipeline on a simulated network")
struct SimulatedPipelineTests {
    /// What a client may send, and the status and body of its answer.
    private static let exchanges: [(request: String, status: Int, body: String?)] = [
        ("GET /health HTTP/1.1\r\nHost: a\r\n\r\n", 200, "healthy\n"),
        ("GET /things/%37 HTTP/1.1\r\nHost: a\r\n\r\n", 200, "thing 7\n"),
        ("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 404, nil),
        ("GET /secret HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 401, nil),
        (
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"a\":[1,2]}",
            201, "{\"a\":[1,2]}"
        ),
        (
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "4;x=y\r\n[1,2\r\n5\r\n,345]\r\n0\r\nT: v\r\n\r\n",
            201, "[1,2,345]"
        ),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", 415, nil),
        ("OPTIONS /health HTTP/1.1\r\nHost: a\r\n\r\n", 204, ""),
    ]

    @Test(
        "answers every request once and in order, or its connection is closed",
        arguments: 1...100 as ClosedRange<UInt64>)
    func survivesFaults(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let network = SimulatedNetwork(seed: seed, faults: Self.faults(&random))
        let mailbox = try ShardMailbox()
        var limits = ShardLimits()
        limits.connections = 4
        let log = try LogWriter(shards: 1, ringBytes: 1 << 16)
        var configuration = try ServerConfiguration(
            address: try #require(ListenAddress("127.0.0.1:0")), keyring: Keyring())
        configuration.addressRate = nil
        configuration.limiterCapacity = 64
        let application = try Application(TestServer.api, configuration)
        let service = HTTPService(try Pipeline(application, connections: 4, records: log.producer(shard: 0)))
        var shard = Shard(source: SimulatedSource(network), service: service, mailbox: mailbox, limits: limits)
        shard.start()

        var sent: [Int32: [Int]] = [:]
        for _ in 0..<300 {
            if sent.count < 10 && random.chance(10) { sent[network.connect()] = [] }
            for client in sent.keys.sorted() where random.chance(10) {
                let index = Int.random(in: 0..<Self.exchanges.count, using: &random)
                sent[client]?.append(index)
                network.send(Array(Self.exchanges[index].request.utf8), from: client)
            }
            try shard.runPass()
        }
        network.faults = .init()
        for _ in 0..<500 { try shard.runPass() }
        mailbox.requestDrain()
        network.wake()
        for _ in 0..<1000 where !shard.hasEnded { try shard.runPass() }

        #expect(shard.hasEnded == true)
        #expect(network.violations == [])
        #expect(network.lentBuffers == 0)
        for (client, indices) in sent {
            try check(network.received(by: client), indices, isWhole: !network.wasReset(client))
        }
    }

    private static func faults(_ random: inout SeededGenerator) -> SimulatedNetwork.Faults {
        var faults = SimulatedNetwork.Faults()
        faults.fragmentedReceive = Int.random(in: 0...95, using: &random)
        faults.shortSend = Int.random(in: 0...90, using: &random)
        faults.delay = Int.random(in: 0...50, using: &random)
        faults.reset = random.chance(40) ? Int.random(in: 0...2, using: &random) : 0
        faults.slowReader = Int.random(in: 0...70, using: &random)
        return faults
    }

    /// Holds what a client has received against what it asked, as far as it came.
    private func check(_ received: [UInt8], _ indices: [Int], isWhole: Bool) throws {
        let text = String(decoding: received, as: UTF8.self)
        // What was cut off in the middle is no answer; a reset may do that.
        let answers = isWhole ? try Answer.all(in: text) : Answer.wholeOnes(in: text)
        for (answer, index) in zip(answers, indices) {
            // A connection that was slow may be told so instead, as its last answer.
            if answer.status == 408 { return #expect(answer == answers.last) }
            #expect(answer.status == Self.exchanges[index].status)
            if let body = Self.exchanges[index].body { #expect(answer.body == body) }
        }
        #expect(answers.count <= indices.count || answers.last?.status == 408)
    }
}

extension Answer {
    /// The answers before the first that is not whole.
    static func wholeOnes(in text: String) -> [Answer] {
        var whole: [Answer] = []
        var rest = Substring(text)
        while let end = rest.range(of: "\r\n\r\n") {
            let head = rest[..<end.upperBound]
            let length = head.firstMatch(of: /Content-Length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
            let tail = rest[end.upperBound...]
            guard tail.utf8.count >= length else { break }
            let bodyEnd = tail.utf8.index(tail.startIndex, offsetBy: length)
            guard let answers = try? Answer.all(in: String(rest[..<bodyEnd])) else { break }
            whole += answers
            rest = rest[bodyEnd...]
        }
        return whole
    }
}
