import Bytes
import Ring
import Synchronization
import TestSupport
import Testing

@testable import Reactor

@Suite("A shard on the kernel's ring")
struct KernelShardTests {
    /// A running shard on a port of the kernel's choice.
    struct RunningShard {
        let thread: ShardThread
        let port: UInt16

        init(limits: ShardLimits = ShardLimits()) throws {
            let address = try #require(ListenAddress("127.0.0.1:0"))
            let listener = try #require(try ListeningSocket.open(address, count: 1).first)
            port = listener.address.port
            thread = try ShardThread(
                listeners: [listener], mailbox: ShardMailbox(), core: 0, limits: limits, makeService: { LineService() })
        }
    }

    @Test("answers pipelined lines of many connections, in order")
    func pipelining() throws {
        let shard = try RunningShard()
        for round in 0..<20 {
            let client = try LoopbackClient(port: shard.port)
            let lines = (0..<200).map { "\(round) \($0)" } + ["bye"]
            client.send(lines.map { $0 + "\n" }.joined())
            #expect(try Array(client.readToEnd().utf8) == lines.flatMap(LineService.answer))
        }
        shard.thread.mailbox.post(.drain)
        let counters = try shard.thread.join()
        #expect(counters.accepted == 20)
        #expect(counters.closed == 20)
    }

    @Test("sends more than the socket takes at once")
    func largeOutput() throws {
        let shard = try RunningShard()
        let client = try LoopbackClient(port: shard.port)
        client.send(String(repeating: "big\n", count: 2000) + "bye\n")
        #expect(try client.readToEnd().utf8.count == 2000 * 3001 + 6)
        shard.thread.mailbox.post(.drain)
        #expect(try shard.thread.join().pauses > 0)
    }

    @Test("drains: closes what is idle, and answers what is under way")
    func drain() throws {
        let shard = try RunningShard()
        let idle = try LoopbackClient(port: shard.port)
        let busy = try LoopbackClient(port: shard.port)
        idle.send("hello\n")
        _ = try idle.read { $0.hasSuffix("\n") }
        busy.send("hello\nhalf a")
        _ = try busy.read { $0.hasSuffix("\n") }
        shard.thread.mailbox.post(.drain)
        #expect(try idle.readToEnd() == "")
        busy.send(" line\n")
        #expect(try busy.readToEnd() == "[half a line]\n")
        #expect(try shard.thread.join().accepted == 2)
    }

    @Test("stops: cuts what is open, and its clients see it")
    func stop() throws {
        let shard = try RunningShard()
        let idle = try LoopbackClient(port: shard.port)
        let busy = try LoopbackClient(port: shard.port)
        idle.send("hello\n")
        _ = try idle.read { $0.hasSuffix("\n") }
        busy.send("hello\nhalf a")
        _ = try busy.read { $0.hasSuffix("\n") }
        shard.thread.mailbox.post(.stop)
        #expect(try shard.thread.join().closed == 2)
        #expect(try idle.readToEnd() == "")
        #expect(try busy.readToEnd() == "")
    }

    @Test("refuses an address that another server has")
    func addressInUse() throws {
        let shard = try RunningShard()
        let taken = try #require(ListenAddress("127.0.0.1:\(shard.port)"))
        #expect(throws: ReactorError.addressInUse("127.0.0.1:\(shard.port)")) {
            try ListeningSocket.open(taken, count: 1)
        }
        shard.thread.mailbox.post(.stop)
        _ = try shard.thread.join()
    }

    @Test("says who is there, over IPv6 as over IPv4", arguments: [false, true])
    func peers(overIPv6: Bool) throws {
        let address = try #require(ListenAddress(overIPv6 ? "[::1]:0" : "127.0.0.1:0"))
        let listener = try #require(try ListeningSocket.open(address, count: 1).first)
        let peers = Mutex<[PeerAddress]>([])
        let thread = try ShardThread(
            listeners: [listener], mailbox: ShardMailbox(), core: 0, limits: ShardLimits(),
            makeService: { LineService(whenOpened: { peer in peers.withLock { $0.append(peer) } }) })
        let client = try LoopbackClient(port: listener.address.port, overIPv6: overIPv6)
        client.send("bye\n")
        #expect(try client.readToEnd() == "[bye]\n")
        thread.mailbox.post(.drain)
        _ = try thread.join()
        let peer = try #require(peers.withLock { $0 }.first)
        #expect(peer.family == (overIPv6 ? .ipv6 : .ipv4))
        #expect(peer.high == 0 && peer.low == (overIPv6 ? 1 : 0x7F00_0001))
        #expect(peer.port != 0)
    }

    @Test("that can't go on closes its listener, and says so")
    func failure() throws {
        let address = try #require(ListenAddress("127.0.0.1:0"))
        let listener = try #require(try ListeningSocket.open(address, count: 1).first)
        let error = RingError.failed(operation: "a test", errno: 5)
        let failures = Atomic(0)
        let thread = try ShardThread(
            listeners: [listener], mailbox: ShardMailbox(), core: 0, limits: ShardLimits(),
            makeSource: { () throws(RingError) -> IOUringSource in throw error }, makeService: { LineService() },
            whenFailed: { failures.wrappingAdd(1, ordering: .relaxed) })
        #expect(throws: ReactorError.ring(error)) { try thread.join() }
        #expect(failures.load(ordering: .relaxed) == 1)
        #expect(throws: LoopbackClient.Failure.self) { _ = try LoopbackClient(port: listener.address.port) }
    }

    @Test("knows addresses of both families, and nothing else")
    func addresses() throws {
        #expect(ListenAddress("[::1]:8080")?.description == "[::1]:8080")
        #expect(ListenAddress("[::1]:8080")?.isLoopback == true)
        #expect(ListenAddress("127.0.0.1:0")?.isLoopback == true)
        #expect(ListenAddress("0.0.0.0:80")?.isLoopback == false)
        for text in [
            "", "8080", "localhost:8080", "127.0.0.1", "127.0.0.1:65536", "::1:80", "[::1]", "1.2.3:4", "[]:1",
        ] {
            #expect(ListenAddress(text) == nil, "\(text)")
        }
        #expect(PeerAddress(ipv6High: 0, low: 0xFFFF_7F00_0001, port: 9) == PeerAddress(ipv4: 0x7F00_0001, port: 9))
    }
}
