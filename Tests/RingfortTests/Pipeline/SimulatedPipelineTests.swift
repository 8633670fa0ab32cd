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
    /// A request whose token is expensive to verify: it may have to wait, or be told that too many do.
    private static let expensive: String = {
        do {
            let token = try TestKeys.simulatedToken(.es256)
            return "GET /whoami HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n"
        } catch {
            preconditionFailure("a test token can't be made: \(error)")
        }
    }()

    @Test(
        "answers every request once and in order, or its connection is closed",
        arguments: Seeds.chosen(standard: 50))
    func survivesFaults(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let network = SimulatedNetwork.forProperty("requests", seed: seed, faults: .random(using: &random))
        var server = try SimulatedServer(network, connections: 4) {
            // Nothing is remembered, so that every token has to wait for its turn.
            $0.keyring = try TestKeys.keyring()
            $0.tokenCacheCapacity = 0
            $0.principalRate = nil
            $0.failedAuthenticationRate = nil
            $0.verificationTime = nil
            for algorithm in Algorithm.allCases { $0.verificationPrices[algorithm] = 200 }
            $0.waitingVerifications = 2
        }

        var sent: [Int32: [Int]] = [:]
        for _ in 0..<300 {
            if sent.count < 10 && random.chance(10) { sent[network.connect()] = [] }
            for client in sent.keys.sorted() where random.chance(10) {
                let index = Int.random(in: 0...Self.exchanges.count, using: &random)
                sent[client]?.append(index)
                let isCheap = index < Self.exchanges.count
                network.send(Array((isCheap ? Self.exchanges[index].request : Self.expensive).utf8), from: client)
            }
            try server.shard.runPass()
        }
        let steps = network.faults.clockStep
        network.faults = .init()
        for _ in 0..<500 { try server.shard.runPass() }
        try server.drain()
        #expect(server.shard.hasEnded == true, "\(Seeds.replay(seed))")
        #expect(network.violations == [], "\(Seeds.replay(seed))")
        #expect(network.lentBuffers == 0, "\(Seeds.replay(seed))")
        // A step of the clock is a deadline for everybody, also in the middle of an answer.
        let isSteady = steps == 0
        for (client, indices) in sent {
            try check(network.received(by: client), indices, isWhole: network.wasReached(client) && isSteady, seed)
        }
    }

    /// Holds what a client has received against what it asked, as far as it came.
    private func check(_ received: [UInt8], _ indices: [Int], isWhole: Bool, _ seed: UInt64) throws {
        let text = String(decoding: received, as: UTF8.self)
        // What was cut off in the middle is no answer; a reset may do that.
        let answers = isWhole ? try Answer.all(in: text) : Answer.wholeOnes(in: text)
        for (answer, index) in zip(answers, indices) {
            // A connection that was slow may be told so instead, as its last answer.
            if answer.status == 408 { return #expect(answer == answers.last, "\(Seeds.replay(seed))") }
            // So may one that got no slot; but a token's turn may also find no room, and the connection goes on.
            if answer.status == 503 && answer == answers.last { return }
            guard index < Self.exchanges.count else {
                // The clocks may have been stepped to where the token doesn't hold.
                #expect([200, 401, 503].contains(answer.status), "\(Seeds.replay(seed))")
                if answer.status == 200 { #expect(answer.body == "alice\n", "\(Seeds.replay(seed))") }
                continue
            }
            #expect(answer.status == Self.exchanges[index].status, "\(Seeds.replay(seed))")
            if let body = Self.exchanges[index].body { #expect(answer.body == body, "\(Seeds.replay(seed))") }
        }
        let wasTold = answers.last.map { [408, 503].contains($0.status) } ?? false
        #expect(answers.count <= indices.count || wasTold, "\(Seeds.replay(seed))")
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
