import Glibc
internal import Ring
internal import TestSupport

/// A network in memory, with clients at its far end and seeded faults on the way.
///
/// It plays the kernel's part towards a shard, and keeps watch like one: what a shard must never do (close a socket that
/// has operations pending, change memory that a send reads from, give back a buffer that it wasn't lent) is recorded
/// in `violations`.
package final class SimulatedNetwork {
    /// How often which fault strikes, in percent.
    package struct Faults {
        /// A receive delivers fewer bytes than are there.
        package var fragmentedReceive = 0
        /// A send takes fewer bytes than it was given.
        package var shortSend = 0
        /// A completion waits for a later pass.
        package var delay = 0
        /// A client's connection is reset, at each pass.
        package var reset = 0
        /// A client doesn't read, at each pass.
        package var slowReader = 0

        /// No fault at all.
        package init() {}
    }

    struct Endpoint {
        /// Bytes from the client that the server has not received.
        var inbound: [UInt8] = []
        /// Bytes that the client has received.
        var outbound: [UInt8] = []
        var clientHasClosed = false
        var isReset = false
        var serverHasShutDown = false
        var serverHasClosed = false
        var receive: UInt64?
        var sends: [PendingSend] = []
    }

    /// A send that the simulated kernel has not finished.
    @safe
    struct PendingSend {
        let userData: UInt64
        /// What the memory held when the send was submitted; it must hold the same when it completes.
        let snapshot: [UInt8]
        private let address: UnsafeRawPointer

        @unsafe
        init(userData: UInt64, address: UnsafeRawPointer, byteCount: Int) {
            self.userData = userData
            unsafe self.address = address
            // SAFETY: the shard says that the memory holds `byteCount` bytes.
            snapshot = unsafe Array(UnsafeRawBufferPointer(start: address, count: byteCount))
        }

        /// Whether the memory still holds what it held.
        var isUnchanged: Bool {
            // SAFETY: that the memory is still there is what the simulation tests; AddressSanitizer shows it when not.
            unsafe Array(UnsafeRawBufferPointer(start: address, count: snapshot.count)) == snapshot
        }
    }

    package private(set) var violations: [String] = []
    package private(set) var nowNanoseconds: UInt64 = 1_000_000_000
    package var faults: Faults
    package let bufferCount: Int
    let bufferByteCount: Int
    private var random: SeededGenerator
    private var endpoints: [Int32: Endpoint] = [:]
    private var waiting: [Int32] = []
    private var nextSocket: Int32 = 100
    private var acceptUserData: UInt64?
    private var commandUserData: UInt64?
    private var commandIsPending = false
    private var free: [UInt16]
    private var lent: Set<UInt16> = []
    /// Completions without an operation of their own to wait for: of cancellations, shutdowns and closes.
    private var immediate: [Completion] = []
    package private(set) var isListening = true

    /// A network whose faults are determined by `seed`.
    package init(seed: UInt64, faults: Faults, bufferCount: Int = 4, bufferByteCount: Int = 64) {
        random = SeededGenerator(seed: seed)
        self.faults = faults
        self.bufferCount = bufferCount
        self.bufferByteCount = bufferByteCount
        free = (0..<UInt16(bufferCount)).map { $0 }
    }

    // MARK: The clients' side

    /// A client connects; its number is what the other calls take.
    package func connect() -> Int32 {
        let socket = nextSocket
        nextSocket += 1
        endpoints[socket] = Endpoint()
        waiting.append(socket)
        return socket
    }

    /// The client sends bytes, however the network may cut them.
    package func send(_ bytes: [UInt8], from client: Int32) { endpoints[client]?.inbound += bytes }

    /// The client will send nothing more, and still reads.
    package func finishSending(from client: Int32) { endpoints[client]?.clientHasClosed = true }

    /// All that the client has received.
    package func received(by client: Int32) -> [UInt8] { endpoints[client]?.outbound ?? [] }

    /// Whether the network has reset the client's connection.
    package func wasReset(_ client: Int32) -> Bool { endpoints[client]?.isReset ?? false }

    /// Whether the server has ended the connection, or only its sending side.
    package func serverHasFinished(with client: Int32) -> Bool {
        endpoints[client].map { $0.serverHasClosed || $0.serverHasShutDown } ?? false
    }

    /// Whether the server has closed its socket.
    package func serverHasClosed(_ client: Int32) -> Bool { endpoints[client]?.serverHasClosed ?? false }

    /// Another thread has left a command in the shard's mailbox.
    package func wake() { commandIsPending = true }

    /// How many receive buffers the shard has not given back.
    package var lentBuffers: Int { lent.count }

    // MARK: The shard's side

    func accept(userData: UInt64) { acceptUserData = userData }

    func stopListening() {
        if acceptUserData != nil { violations.append("stopped listening under a pending accept") }
        isListening = false
    }

    func receive(socket: Int32, userData: UInt64) {
        guard let endpoint = endpoints[socket], !endpoint.serverHasClosed else {
            return violations.append("receive on a closed socket")
        }
        if endpoint.receive != nil { violations.append("two receives on one socket") }
        endpoints[socket]?.receive = userData
    }

    @unsafe
    func send(socket: Int32, from address: UnsafeRawPointer, byteCount: Int, userData: UInt64) {
        guard let endpoint = endpoints[socket], !endpoint.serverHasClosed else {
            return violations.append("send on a closed socket")
        }
        if !endpoint.sends.isEmpty { violations.append("two sends in flight on one connection") }
        if endpoint.serverHasShutDown { violations.append("send after shutdown") }
        // SAFETY: the caller keeps the memory until the completion (this function's contract).
        let send = unsafe PendingSend(userData: userData, address: address, byteCount: byteCount)
        endpoints[socket]?.sends.append(send)
    }

    func cancel(target: UInt64, userData: UInt64) {
        var found = false
        if acceptUserData == target {
            acceptUserData = nil
            immediate.append(Completion(userData: target, result: -ECANCELED, hasMore: false))
            found = true
        }
        if commandUserData == target {
            commandUserData = nil
            immediate.append(Completion(userData: target, result: -ECANCELED, hasMore: false))
            found = true
        }
        for socket in endpoints.keys where endpoints[socket]?.receive == target {
            endpoints[socket]?.receive = nil
            immediate.append(Completion(userData: target, result: -ECANCELED, hasMore: false))
            found = true
        }
        immediate.append(Completion(userData: userData, result: found ? 0 : -ENOENT, hasMore: false))
    }

    func cancelAll(socket: Int32, userData: UInt64) {
        guard var endpoint = endpoints[socket] else { return violations.append("cancellation on no socket") }
        if let receive = endpoint.receive.take() {
            immediate.append(Completion(userData: receive, result: -ECANCELED, hasMore: false))
        }
        for send in endpoint.sends {
            check(send)
            immediate.append(Completion(userData: send.userData, result: -ECANCELED, hasMore: false))
        }
        endpoint.sends = []
        endpoints[socket] = endpoint
        immediate.append(Completion(userData: userData, result: 0, hasMore: false))
    }

    func shutdownWriting(socket: Int32, userData: UInt64) {
        endpoints[socket]?.serverHasShutDown = true
        immediate.append(Completion(userData: userData, result: 0, hasMore: false))
    }

    func close(socket: Int32, userData: UInt64) {
        guard let endpoint = endpoints[socket], !endpoint.serverHasClosed else {
            return violations.append("closed a socket twice")
        }
        if endpoint.receive != nil || !endpoint.sends.isEmpty {
            violations.append("closed a socket under pending operations")
        }
        endpoints[socket]?.serverHasClosed = true
        immediate.append(Completion(userData: userData, result: 0, hasMore: false))
    }

    func awaitCommand(userData: UInt64) { commandUserData = userData }

    func recycle(_ buffer: UInt16) {
        if lent.remove(buffer) == nil { violations.append("gave back a buffer that it wasn't lent") }
        free.append(buffer)
    }

    /// One step of the simulated kernel: what completes now, and with which bytes.
    func step(timeoutNanoseconds: UInt64) -> [(completion: Completion, bytes: [UInt8])] {
        var events: [(completion: Completion, bytes: [UInt8])] = []
        let settled = immediate.filter { _ in !random.chance(faults.delay) }
        // Only a prefix may leave, so that an operation's completions stay in order.
        let leaving = settled.count == immediate.count ? immediate.count : immediate.count / 2
        events += immediate.prefix(leaving).map { ($0, []) }
        immediate.removeFirst(leaving)
        acceptOne(&events)
        for socket in endpoints.keys.sorted() {
            strikeReset(socket)
            deliver(socket, &events)
            transmit(socket, &events)
        }
        if commandIsPending, let userData = commandUserData.take() {
            commandIsPending = false
            events.append((Completion(userData: userData, result: 8, hasMore: false), []))
        }
        // When nothing can happen any more, time passes until the shard's next deadline.
        let isQuiet = events.isEmpty && immediate.isEmpty && !canProgress
        nowNanoseconds += isQuiet ? max(timeoutNanoseconds, 1) : 1_000_000
        return events
    }

    /// Whether something is only delayed.
    private var canProgress: Bool {
        if acceptUserData != nil && !waiting.isEmpty { return true }
        return endpoints.values.contains { endpoint in
            endpoint.receive != nil && !endpoint.inbound.isEmpty
                || !endpoint.sends.isEmpty && (faults.slowReader < 100 || endpoint.isReset)
        }
    }

    private func acceptOne(_ events: inout [(completion: Completion, bytes: [UInt8])]) {
        guard let userData = acceptUserData, let socket = waiting.first, !random.chance(faults.delay) else { return }
        waiting.removeFirst()
        events.append((Completion(userData: userData, result: socket, hasMore: true), []))
    }

    private func strikeReset(_ socket: Int32) {
        guard !waiting.contains(socket), random.chance(faults.reset) else { return }
        endpoints[socket]?.isReset = true
        endpoints[socket]?.inbound = []
    }

    private func deliver(_ socket: Int32, _ events: inout [(completion: Completion, bytes: [UInt8])]) {
        guard var endpoint = endpoints[socket], let userData = endpoint.receive, !random.chance(faults.delay) else {
            return
        }
        defer { endpoints[socket] = endpoint }
        if endpoint.isReset {
            endpoint.receive = nil
            events.append((Completion(userData: userData, result: -ECONNRESET, hasMore: false), []))
            return
        }
        guard !endpoint.inbound.isEmpty else {
            // A client that has received everything closes its side too.
            guard endpoint.clientHasClosed || endpoint.serverHasShutDown else { return }
            endpoint.receive = nil
            events.append((Completion(userData: userData, result: 0, hasMore: false), []))
            return
        }
        guard let buffer = free.popLast() else {
            endpoint.receive = nil
            events.append((Completion(userData: userData, result: -ENOBUFS, hasMore: false), []))
            return
        }
        lent.insert(buffer)
        var count = min(endpoint.inbound.count, bufferByteCount)
        if random.chance(faults.fragmentedReceive) { count = Int.random(in: 1...count, using: &random) }
        let bytes = Array(endpoint.inbound.prefix(count))
        endpoint.inbound.removeFirst(count)
        // Now and then a multishot receive ends although nothing is wrong, as the kernel's do.
        let hasMore = !random.chance(5)
        if !hasMore { endpoint.receive = nil }
        events.append((Completion(userData: userData, result: Int32(count), hasMore: hasMore, buffer: buffer), bytes))
    }

    private func transmit(_ socket: Int32, _ events: inout [(completion: Completion, bytes: [UInt8])]) {
        guard var endpoint = endpoints[socket], let send = endpoint.sends.first,
            !random.chance(faults.delay), endpoint.isReset || !random.chance(faults.slowReader)
        else { return }
        defer { endpoints[socket] = endpoint }
        check(send)
        endpoint.sends.removeFirst()
        if endpoint.isReset {
            events.append((Completion(userData: send.userData, result: -EPIPE, hasMore: false), []))
            return
        }
        let all = send.snapshot
        var count = all.count
        if random.chance(faults.shortSend) { count = Int.random(in: 1...count, using: &random) }
        endpoint.outbound += all.prefix(count)
        events.append((Completion(userData: send.userData, result: Int32(count), hasMore: false), []))
    }

    private func check(_ send: PendingSend) {
        if !send.isUnchanged { violations.append("memory changed under a send") }
    }
}
