import Bytes
import CLinux
import TestSupport
import Testing

@testable import Ring

/// A connected pair of sockets, closed at the end.
struct SocketPair: ~Copyable {
    let near: Int32
    let far: Int32

    init() throws {
        var descriptors: [Int32] = [0, 0]
        let result = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &descriptors)
        try #require(result == 0)
        near = descriptors[0]
        far = descriptors[1]
    }

    deinit {
        close(near)
        close(far)
    }

    func write(_ text: String) {
        _ = unsafe text.utf8.withContiguousStorageIfAvailable { unsafe CLinux.write(far, $0.baseAddress, $0.count) }
    }

    func read(atMost count: Int) -> String {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = unsafe recv(far, &bytes, count, Int32(MSG_DONTWAIT))
        return String(decoding: bytes.prefix(max(received, 0)), as: UTF8.self)
    }
}

extension Ring {
    /// Every completion until one for each of `expected` has come, or the attempts are used up.
    mutating func collect(_ expected: Int) throws -> [Completion] {
        var collected: [Completion] = []
        for _ in 0..<100 where collected.count < expected {
            try submitAndWait(timeoutNanoseconds: 1_000_000_000)
            for index in 0..<readyCount { collected.append(completion(at: index)) }
            release(readyCount)
        }
        return collected
    }
}

/// A ring in the hands of a thread that has not made it, while the one that has waits.
@safe
private struct RingLoan: @unchecked Sendable {
    private let ring: UnsafeMutablePointer<Ring>

    @unsafe
    init(_ ring: UnsafeMutablePointer<Ring>) { unsafe self.ring = ring }

    /// Prepares more than the queue holds, and tells what the next wait says.
    func overfill() -> RingError? {
        for index in 0..<20 { unsafe ring.pointee.cancel(target: 99, userData: UInt64(index)) }
        do throws(RingError) {
            try unsafe ring.pointee.submitAndWait(timeoutNanoseconds: 1)
            return nil
        } catch {
            return error
        }
    }
}

@Suite("A ring")
struct RingTests {
    static let small: RingConfiguration = {
        var configuration = RingConfiguration()
        configuration.submissionEntries = 4
        configuration.completionEntries = 64
        configuration.bufferCount = 4
        configuration.bufferByteCount = 16
        return configuration
    }()

    @Test("finds what it needs on this machine")
    func support() throws {
        try RingSupport.check()
    }

    @Test("receives into provided buffers, many times from one request")
    func receiveMultishot() throws {
        var ring = try Ring(Self.small)
        let sockets = try SocketPair()
        ring.receiveMultishot(socket: sockets.near, userData: 7)
        for text in ["first", "second"] {
            sockets.write(text)
            let completion = try #require(try ring.collect(1).first)
            #expect(completion.userData == 7)
            #expect(completion.hasMore)
            #expect(Int(completion.result) == text.utf8.count)
            let buffer = try #require(completion.buffer)
            #expect(String(ring.buffers.bytes(of: buffer, byteCount: Int(completion.result))) == text)
            ring.buffers.recycle(buffer)
            ring.buffers.publish()
        }
    }

    @Test("says ENOBUFS when its pool is dry, and goes on after a buffer is back")
    func poolRunsDry() throws {
        var ring = try Ring(Self.small)
        let sockets = try SocketPair()
        sockets.write(String(repeating: "x", count: 16 * 5))
        ring.receiveMultishot(socket: sockets.near, userData: 1)
        let completions = try ring.collect(5)
        #expect(completions.map(\.result) == [16, 16, 16, 16, -ENOBUFS])
        #expect(completions.last?.hasMore == false)
        for completion in completions { if let buffer = completion.buffer { ring.buffers.recycle(buffer) } }
        ring.buffers.publish()
        ring.receiveMultishot(socket: sockets.near, userData: 2)
        #expect(try ring.collect(1).first?.result == 16)
    }

    @Test("says 0 when the peer has closed")
    func endOfStream() throws {
        var ring = try Ring(Self.small)
        let sockets = try SocketPair()
        ring.receiveMultishot(socket: sockets.near, userData: 1)
        shutdown(sockets.far, Int32(SHUT_WR))
        let completion = try #require(try ring.collect(1).first)
        #expect(completion.result == 0)
        #expect(!completion.hasMore)
    }

    @Test("sends, and reads from a descriptor")
    func sendAndRead() throws {
        var ring = try Ring(Self.small)
        let sockets = try SocketPair()
        let text: [UInt8] = Array("answer".utf8)
        var target = [UInt8](repeating: 0, count: 8)
        sockets.write("question")
        try unsafe text.withUnsafeBytes { source in
            try unsafe target.withUnsafeMutableBytes { target in
                let source = try unsafe #require(source.baseAddress)
                let target = try unsafe #require(target.baseAddress)
                unsafe ring.send(socket: sockets.near, from: source, byteCount: 6, userData: 1)
                unsafe ring.read(descriptor: sockets.near, into: target, byteCount: 8, userData: 2)
                let results = try ring.collect(2).sorted { $0.userData < $1.userData }.map(\.result)
                #expect(results == [6, 8])
            }
        }
        #expect(sockets.read(atMost: 16) == "answer")
        #expect(String(decoding: target, as: UTF8.self) == "question")
    }

    @Test("reports a broken pipe as a result, not as a signal")
    func brokenPipe() throws {
        var ring = try Ring(Self.small)
        let sockets = try SocketPair()
        shutdown(sockets.far, Int32(SHUT_RDWR))
        let text: [UInt8] = [1]
        try unsafe text.withUnsafeBytes { source in
            let source = try unsafe #require(source.baseAddress)
            unsafe ring.send(socket: sockets.near, from: source, byteCount: 1, userData: 1)
            #expect(try ring.collect(1).first?.result == -EPIPE)
        }
    }

    @Test("cancels one operation by its user data")
    func cancel() throws {
        var ring = try Ring(Self.small)
        let sockets = try SocketPair()
        ring.receiveMultishot(socket: sockets.near, userData: 1)
        ring.cancel(target: 1, userData: 2)
        let completions = try ring.collect(2)
        #expect(completions.first { $0.userData == 1 }?.result == -ECANCELED)
        #expect(completions.first { $0.userData == 2 }?.result == 0)
    }

    @Test("cancels all operations on a socket")
    func cancelAll() throws {
        var ring = try Ring(Self.small)
        let sockets = try SocketPair()
        ring.receiveMultishot(socket: sockets.near, userData: 1)
        ring.receiveMultishot(socket: sockets.near, userData: 2)
        ring.cancelAll(socket: sockets.near, userData: 3)
        let completions = try ring.collect(3)
        #expect(completions.filter { $0.result == -ECANCELED }.map(\.userData).sorted() == [1, 2])
        #expect(completions.first { $0.userData == 3 }?.result == 2)
    }

    @Test("shuts the writing side down, then closes")
    func shutdownAndClose() throws {
        var ring = try Ring(Self.small)
        let sockets = try SocketPair()
        let duplicate = dup(sockets.near)
        ring.shutdownWriting(socket: duplicate, userData: 1)
        #expect(try ring.collect(1).first?.result == 0)
        var byte: UInt8 = 0
        #expect(unsafe recv(sockets.far, &byte, 1, 0) == 0)
        ring.close(descriptor: duplicate, userData: 2)
        #expect(try ring.collect(1).first?.result == 0)
        #expect(close(duplicate) == -1)
    }

    @Test("accepts many connections from one request")
    func acceptMultishot() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                #expect(unsafe bind(listener, address, length) == 0)
                #expect(listen(listener, 8) == 0)
                #expect(unsafe getsockname(listener, address, &length) == 0)
            }
        }
        var ring = try Ring(Self.small)
        ring.acceptMultishot(listener: listener, userData: 1)
        for _ in 0..<3 {
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(client) }
            let connected = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(client, $0, length) }
            }
            #expect(connected == 0)
            let completion = try #require(try ring.collect(1).first)
            #expect(completion.result >= 0)
            #expect(completion.hasMore)
            close(completion.result)
        }
    }

    @Test("submits what is prepared when its queue is full")
    func fullSubmissionQueue() throws {
        var ring = try Ring(Self.small)
        for index in 0..<20 { ring.cancel(target: 99, userData: UInt64(index)) }
        let completions = try ring.collect(20)
        #expect(completions.map(\.userData) == Array(0..<20))
        #expect(completions.allSatisfy { $0.result == -ENOENT })
    }

    @Test("says at the next wait that the kernel takes nothing more, instead of trying for ever")
    func refusedSubmission() throws {
        // A ring belongs to the thread that made it: whatever another one submits is refused.
        let errors = onThreads(1) { _ -> RingError? in
            do throws(RingError) {
                var ring = try Ring(Self.small)
                let loan = unsafe RingLoan(&ring)
                return onThreads(1) { _ in loan.overfill() }.first ?? nil
            } catch {
                return error
            }
        }
        guard case .failed("io_uring_enter (submitting)", _)? = errors.first ?? nil else {
            Issue.record("\(errors)")
            return
        }
    }

    @Test("returns from a wait without completions when its time is over")
    func timeout() throws {
        var ring = try Ring(Self.small)
        try ring.submitAndWait(timeoutNanoseconds: 1)
        #expect(ring.readyCount == 0)
    }
}

@Suite("Where io_uring is denied, the explanation")
struct RingSupportTests {
    @Test(
        "names who denies it and what to do",
        arguments: [
            (ENOSYS, nil, "seccomp"), (EPERM, "2", "sysctl kernel.io_uring_disabled=0"), (EPERM, "0", "seccomp"),
            (EACCES, nil, "seccomp"), (EINVAL, nil, "6.1"), (ENOMEM, nil, "RLIMIT_MEMLOCK"),
            (EMFILE, nil, "RLIMIT_NOFILE"),
        ] as [(Int32, String?, String)]
    )
    func explanation(errno: Int32, setting: String?, cure: String) {
        let text = RingSupport.explain(errno: errno, disabledSetting: setting, release: "5.10.0")
        #expect(text.contains(cure))
        if errno == EINVAL { #expect(text.contains("5.10.0")) }
    }
}
