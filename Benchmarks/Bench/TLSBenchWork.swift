import CAllocationCounter
import Glibc
import TLSSupport

/// Handshakes, and the memory of what comes of them.
enum TLSBenchWork {
    private static let handshakes = 20

    /// What one handshake costs the server, with a new key agreed on and a signature made, in nanoseconds.
    static func fullHandshake(_ side: any TLSBenchSide) throws(BenchError) -> Double {
        var total: UInt64 = 0
        for _ in 0..<handshakes { total += try handshake(side, resumed: nil).nanoseconds }
        return Double(total) / Double(handshakes)
    }

    /// What one handshake costs the server whose client has a ticket, in nanoseconds.
    static func resumedHandshake(_ side: any TLSBenchSide) throws(BenchError) -> Double {
        let ticket = try handshake(side, resumed: nil).client.resumable
        var total: UInt64 = 0
        for _ in 0..<handshakes {
            let (nanoseconds, client) = try handshake(side, resumed: ticket)
            guard client.isResumed else { throw .wrongAnswer("a session was not resumed") }
            total += nanoseconds
        }
        return Double(total) / Double(handshakes)
    }

    /// What an open session takes of the heap, in bytes.
    static func idleBytes(_ side: any TLSBenchSide) throws(BenchError) -> Int {
        var servers: [any TLSBenchServer] = []
        let count = 200
        servers.reserveCapacity(count)
        let before = ringfort_heap_bytes()
        for _ in 0..<count { servers.append(try TLSBenchWork.open(side).server) }
        return Int(ringfort_heap_bytes() - before) / servers.count
    }

    /// A client and a server that have agreed.
    static func open(_ side: any TLSBenchSide) throws(BenchError) -> (client: TestClient, server: any TLSBenchServer) {
        let client = TestClient(options(resumed: nil))
        let server = try side.makeServer()
        var fromClient = client.take()
        while !fromClient.isEmpty {
            server.receive(fromClient)
            fromClient = client.take(server.takeOutput())
        }
        guard client.isOpen else { throw .wrongAnswer("a handshake failed: \(client.failure ?? "no reason given")") }
        return (client, server)
    }

    private static func options(resumed: TestSession?) -> TestClient.Options {
        var options = TestClient.Options()
        options.ciphers13 = "TLS_AES_128_GCM_SHA256"
        options.resumed = resumed
        return options
    }

    /// One handshake, from the session's birth to its end, and what of it was the server's.
    private static func handshake(
        _ side: any TLSBenchSide, resumed: TestSession?
    ) throws(BenchError) -> (nanoseconds: UInt64, client: TestClient) {
        let client = TestClient(options(resumed: resumed))
        var fromClient = client.take()
        var start = threadNanoseconds()
        var server: (any TLSBenchServer)? = try side.makeServer()
        var total = threadNanoseconds() - start
        while !fromClient.isEmpty {
            start = threadNanoseconds()
            server?.receive(fromClient)
            total += threadNanoseconds() - start
            fromClient = client.take(server?.takeOutput() ?? [])
        }
        guard client.isOpen else { throw .wrongAnswer("a handshake failed: \(client.failure ?? "no reason given")") }
        start = threadNanoseconds()
        server = nil
        return (total + threadNanoseconds() - start, client)
    }

    /// The thread's CPU time: what others run meanwhile does not count.
    static func threadNanoseconds() -> UInt64 {
        var time = timespec()
        // SAFETY: the kernel writes the time, which lives through the call.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

/// Requests of one size and answers of another, in records.
struct TLSRecordWork {
    let name: String
    let requestBytes: Int
    let answerBytes: Int

    /// What is measured.
    static let all = [
        TLSRecordWork(name: "request of 200 bytes, answer of 500", requestBytes: 200, answerBytes: 500),
        TLSRecordWork(name: "16 of each in a record", requestBytes: 16 * 200, answerBytes: 16 * 500),
        TLSRecordWork(name: "request of 200 bytes, answer of 64 KiB", requestBytes: 200, answerBytes: 65536),
    ]

    private static let repetitions = 200

    /// What reading a request and writing an answer cost the server, in nanoseconds.
    func run(_ side: any TLSBenchSide) throws(BenchError) -> Double {
        let (client, server) = try TLSBenchWork.open(side)
        let request = [UInt8](repeating: 1, count: requestBytes)
        let answer = [UInt8](repeating: 2, count: answerBytes)
        let records = (0..<Self.repetitions).map { _ in client.send(request) }
        var sent: [[UInt8]] = []
        var total: UInt64 = 0
        for record in records {
            let start = TLSBenchWork.threadNanoseconds()
            server.receive(record)
            server.send(answer)
            total += TLSBenchWork.threadNanoseconds() - start
            sent.append(server.takeOutput())
        }
        for output in sent { _ = client.take(output) }
        guard client.plaintext.count == Self.repetitions * answerBytes else {
            throw .wrongAnswer("\(client.plaintext.count) bytes of answers came")
        }
        return Double(total) / Double(Self.repetitions)
    }
}
