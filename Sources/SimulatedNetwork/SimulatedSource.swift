import Bytes
package import Reactor
package import Ring

/// Events from a simulated network.
package struct SimulatedSource: EventSource, ~Copyable {
    private let network: SimulatedNetwork
    private var buffers: FixedArray<ByteBuffer>
    private var completions: [Completion] = []

    /// A source that plays `network` to a shard.
    package init(_ network: SimulatedNetwork) {
        self.network = network
        buffers = FixedArray(count: network.bufferCount) { _ in ByteBuffer(capacity: network.bufferByteCount) }
    }

    package var nowNanoseconds: UInt64 { network.nowNanoseconds }
    package var wallClockNanoseconds: UInt64 { network.wallClockNanoseconds }

    package mutating func wait(timeoutNanoseconds: UInt64) throws(RingError) {
        for (completion, bytes) in network.step(timeoutNanoseconds: timeoutNanoseconds) {
            completions.append(completion)
            guard let buffer = completion.buffer else { continue }
            buffers[Int(buffer)].removeAll()
            buffers[Int(buffer)].append(bytes.span.raw)
        }
    }

    package var readyCount: Int { completions.count }
    package func completion(at index: Int) -> Completion { completions[index] }
    package mutating func release(_ count: Int) { completions.removeFirst(count) }

    @_lifetime(borrow self)
    package func bytes(of buffer: UInt16, byteCount: Int) -> RawSpan {
        buffers[Int(buffer)].bytes.extracting(first: byteCount)
    }

    package mutating func recycle(_ buffer: UInt16) {
        // What a shard still reads after it gave the buffer back shall not look right.
        let count = buffers[Int(buffer)].count
        buffers[Int(buffer)].removeAll()
        for _ in 0..<count { buffers[Int(buffer)].append(0xDB) }
        network.recycle(buffer)
    }

    package var listenerCount: Int { 1 }
    package mutating func accept(listener: Int, userData: UInt64) { network.accept(userData: userData) }
    package mutating func stopListening() { network.stopListening() }
    package func peer(of socket: Int32) -> PeerAddress? {
        network.hidesPeers ? nil : PeerAddress(ipv4: 0x7F00_0001, port: UInt16(socket))
    }
    package mutating func sendAtOnce(socket: Int32, _ bytes: RawSpan) {
        network.sendAtOnce(socket: socket, (0..<bytes.byteCount).map { bytes[$0] })
    }
    package mutating func receive(socket: Int32, userData: UInt64) {
        network.receive(socket: socket, userData: userData)
    }

    @unsafe
    package mutating func send(socket: Int32, from address: UnsafeRawPointer, byteCount: Int, userData: UInt64) {
        // SAFETY: the shard keeps the memory until the completion; the network checks that it does.
        unsafe network.send(socket: socket, from: address, byteCount: byteCount, userData: userData)
    }

    package mutating func cancel(target: UInt64, userData: UInt64) {
        network.cancel(target: target, userData: userData)
    }

    package mutating func cancelAll(socket: Int32, userData: UInt64) {
        network.cancelAll(socket: socket, userData: userData)
    }

    package mutating func shutdownWriting(socket: Int32, userData: UInt64) {
        network.shutdownWriting(socket: socket, userData: userData)
    }

    package mutating func close(socket: Int32, userData: UInt64) { network.close(socket: socket, userData: userData) }
    package mutating func awaitCommand(userData: UInt64) { network.awaitCommand(userData: userData) }
    package mutating func tell(
        _ sibling: ShardMailbox, _ message: ShardMessage, as targetUserData: UInt64, userData: UInt64
    ) {
        network.tell(sibling, message, as: targetUserData, userData: userData)
    }
}
