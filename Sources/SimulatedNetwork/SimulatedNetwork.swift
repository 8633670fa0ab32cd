import Glibc
internal import Ring
internal import SeededRandom

/// A network in memory, with clients at its far end and seeded faults on the way.
///
/// It plays the kernel's part towards a shard, and keeps watch like one: what a shard must never do (close a socket that
/// has operations pending, change memory that a send reads from, give back a buffer that it wasn't lent) is recorded
/// in `violations`.
package final class SimulatedNetwork {
    package private(set) var violations: [String] = []
    package private(set) var nowNanoseconds: UInt64 = 1_000_000_000
    package private(set) var wallClockNanoseconds: UInt64 = 1_795_000_000_000_000_000
    package var faults: Faults
    /// Is told of everything that the shard asks for and everything that happens to it.
    package var trace: ((_ event: String) -> Void)?
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
    var immediate: [Completion] = []
    private var cancellations: [Cancellation] = []
    /// Where messages to other shards go, by the numbers of their mailboxes.
    var rings: [UInt32: Ring] = [:]
    var isRingClosed = false
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
        note("client \(socket) connects")
        return socket
    }

    /// The client sends bytes, however the network may cut them.
    package func send(_ bytes: [UInt8], from client: Int32) {
        note("client \(client) sends \(Self.excerpt(bytes))")
        endpoints[client]?.inbound += bytes
    }

    /// The client will send nothing more, and still reads.
    package func finishSending(from client: Int32) {
        note("client \(client) closes its side")
        endpoints[client]?.clientHasClosed = true
    }

    /// All that the client has received.
    package func received(by client: Int32) -> [UInt8] { endpoints[client]?.outbound ?? [] }

    /// Whether the client got all that was sent to it: it was neither reset, nor did it vanish.
    package func wasReached(_ client: Int32) -> Bool {
        endpoints[client].map { !$0.isReset && !$0.hasVanished } ?? false
    }

    /// The client's connection is reset.
    package func reset(_ client: Int32) {
        note("client \(client) resets")
        endpoints[client]?.isReset = true
        endpoints[client]?.inbound = []
    }

    /// The client neither reads nor sends any more, and nobody is told.
    package func vanish(_ client: Int32) {
        note("client \(client) vanishes")
        endpoints[client]?.hasVanished = true
    }

    /// Whether the server has ended the connection, or only its sending side.
    package func serverHasFinished(with client: Int32) -> Bool {
        endpoints[client].map { $0.serverHasClosed || $0.serverHasShutDown } ?? false
    }

    /// Whether the server has closed its socket.
    package func serverHasClosed(_ client: Int32) -> Bool { endpoints[client]?.serverHasClosed ?? false }

    /// Another thread has left a command in the shard's mailbox.
    package func wake() {
        note("the mailbox is rung")
        commandIsPending = true
    }

    /// Work goes on elsewhere: the shard isn't alone with its deadlines, and time does not leap to the next of them.
    package var isWorkUnderway = false
    /// How many of the next accepts fail for want of descriptors.
    package var acceptErrors = 0
    /// Clients that send, and don't read.
    package var stalled: Set<Int32> = []
    /// Whether clients are gone by the time somebody asks who they are.
    package var hidesPeers = false
    /// Whether time stands still but for `advance`.
    package var holdsClock = false

    /// Lets time pass at once, for both clocks.
    package func advance(nanoseconds: UInt64) {
        nowNanoseconds += nanoseconds
        wallClockNanoseconds += nanoseconds
    }

    /// Sets the wall clock alone, as an operator may.
    package func setWallClock(nanoseconds: UInt64) { wallClockNanoseconds = nanoseconds }

    /// Forgets a client whose connection the server has closed.
    package func forget(_ client: Int32) {
        if serverHasClosed(client) { endpoints[client] = nil }
    }

    /// How many receive buffers the shard has not given back.
    package var lentBuffers: Int { lent.count }

    // MARK: The shard's side

    func accept(userData: UInt64) {
        note("accept")
        acceptUserData = userData
    }

    func stopListening() {
        note("stop listening")
        if acceptUserData != nil { violations.append("stopped listening under a pending accept") }
        isListening = false
    }

    func receive(socket: Int32, userData: UInt64) {
        note("receive on \(socket)")
        guard let endpoint = endpoints[socket], !endpoint.serverHasClosed else {
            return violations.append("receive on a closed socket")
        }
        if endpoint.receive != nil { violations.append("two receives on one socket") }
        endpoints[socket]?.receive = userData
    }

    @unsafe
    func send(socket: Int32, from address: UnsafeRawPointer, byteCount: Int, userData: UInt64) {
        note("send \(byteCount) bytes on \(socket)")
        guard let endpoint = endpoints[socket], !endpoint.serverHasClosed else {
            return violations.append("send on a closed socket")
        }
        if !endpoint.sends.isEmpty { violations.append("two sends in flight on one connection") }
        if endpoint.serverHasShutDown { violations.append("send after shutdown") }
        // SAFETY: the caller keeps the memory until the completion (this function's contract).
        let send = unsafe PendingSend(userData: userData, address: address, byteCount: byteCount)
        endpoints[socket]?.sends.append(send)
    }

    func sendAtOnce(socket: Int32, _ bytes: [UInt8]) {
        note("send \(bytes.count) bytes at once on \(socket)")
        guard let endpoint = endpoints[socket], !endpoint.serverHasClosed else {
            return violations.append("send on a closed socket")
        }
        if !endpoint.isReset && !endpoint.hasVanished { endpoints[socket]?.outbound += bytes }
    }

    func cancel(target: UInt64, userData: UInt64) {
        note("cancel \(Self.name(target))")
        cancellations.append(Cancellation(target: .operation(target), userData: userData))
    }

    func cancelAll(socket: Int32, userData: UInt64) {
        note("cancel everything on \(socket)")
        guard endpoints[socket] != nil else { return violations.append("cancellation on no socket") }
        cancellations.append(Cancellation(target: .everything(socket: socket), userData: userData))
    }

    func shutdownWriting(socket: Int32, userData: UInt64) {
        note("shut down \(socket)")
        endpoints[socket]?.serverHasShutDown = true
        immediate.append(Completion(userData: userData, result: 0, hasMore: false))
    }

    func close(socket: Int32, userData: UInt64) {
        note("close \(socket)")
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
        takeCancellations()
        var events = settled().map { (completion: $0, bytes: [UInt8]()) }
        acceptOne(&events)
        for socket in endpoints.keys.sorted() {
            strike(socket)
            deliver(socket, &events)
            transmit(socket, &events)
        }
        if commandIsPending, let userData = commandUserData.take() {
            commandIsPending = false
            events.append((Completion(userData: userData, result: 8, hasMore: false), []))
        }
        reorder(&events)
        let isQuiet = events.isEmpty && immediate.isEmpty && cancellations.isEmpty && !canProgress
        passTime(isQuiet: isQuiet && !isWorkUnderway, timeoutNanoseconds)
        for event in events { note(event.completion, event.bytes) }
        return events
    }

    /// When nothing can happen any more, time passes until the shard's next deadline.
    private func passTime(isQuiet: Bool, _ timeoutNanoseconds: UInt64) {
        guard !holdsClock else { return }
        let passed = isQuiet ? max(timeoutNanoseconds, 1) : 1_000_000
        nowNanoseconds += passed
        wallClockNanoseconds += passed
        guard random.chance(faults.clockStep) else { return }
        let hourNanoseconds: UInt64 = 3_600_000_000_000
        nowNanoseconds += UInt64.random(in: 1...48, using: &random) * hourNanoseconds
        wallClockNanoseconds = UInt64.random(in: 0...500_000, using: &random) * hourNanoseconds
        note("the clocks have been stepped")
    }

    /// Takes those completions that are not delayed: each operation's own in their order, or none of them.
    private func settled() -> [Completion] {
        var delayed: Set<UInt64> = []
        for completion in immediate where random.chance(faults.delay) { delayed.insert(completion.userData) }
        defer { immediate.removeAll { !delayed.contains($0.userData) } }
        return immediate.filter { !delayed.contains($0.userData) }
    }

    /// The kernel promises an order of the completions of one operation, and none between two operations.
    private func reorder(_ events: inout [(completion: Completion, bytes: [UInt8])]) {
        guard random.chance(faults.reorder) else { return }
        var operations: [UInt64] = []
        for event in events where !operations.contains(event.completion.userData) {
            operations.append(event.completion.userData)
        }
        operations.shuffle(using: &random)
        events = operations.flatMap { operation in events.filter { $0.completion.userData == operation } }
    }

    private func takeCancellations() {
        let late = cancellations.map { _ in random.chance(faults.lateCancel) }
        let taken = zip(cancellations, late).filter { !$1 }.map(\.0)
        cancellations = zip(cancellations, late).filter { $1 }.map(\.0)
        for cancellation in taken {
            let found =
                switch cancellation.target {
                case .operation(let target): cancelOne(target)
                case .everything(let socket): cancelEverything(on: socket)
                }
            immediate.append(
                Completion(userData: cancellation.userData, result: found ? 0 : -ENOENT, hasMore: false))
        }
    }

    private func cancelOne(_ target: UInt64) -> Bool {
        var found = false
        if acceptUserData == target {
            acceptUserData = nil
            found = true
        }
        if commandUserData == target {
            commandUserData = nil
            found = true
        }
        for socket in endpoints.keys where endpoints[socket]?.receive == target {
            endpoints[socket]?.receive = nil
            found = true
        }
        if found { immediate.append(Completion(userData: target, result: -ECANCELED, hasMore: false)) }
        return found
    }

    private func cancelEverything(on socket: Int32) -> Bool {
        guard var endpoint = endpoints[socket] else { return false }
        defer { endpoints[socket] = endpoint }
        let operations = [endpoint.receive.take()].compactMap(\.self) + endpoint.sends.map(\.userData)
        for send in endpoint.sends { check(send) }
        endpoint.sends = []
        for operation in operations {
            immediate.append(Completion(userData: operation, result: -ECANCELED, hasMore: false))
        }
        return !operations.isEmpty
    }

    /// Whether a fault strikes that does in so many of a hundred cases.
    func strikes(_ percent: Int) -> Bool { random.chance(percent) }

    /// Whether something is only delayed.
    private var canProgress: Bool {
        if acceptUserData != nil && !waiting.isEmpty { return true }
        return endpoints.contains { socket, endpoint in
            guard !endpoint.hasVanished || endpoint.isReset else { return false }
            let reads = faults.slowReader < 100 && !stalled.contains(socket)
            return endpoint.receive != nil && !endpoint.inbound.isEmpty
                || !endpoint.sends.isEmpty && (reads || endpoint.isReset)
        }
    }

    private func acceptOne(_ events: inout [(completion: Completion, bytes: [UInt8])]) {
        guard let userData = acceptUserData, let socket = waiting.first, !random.chance(faults.delay) else { return }
        if acceptErrors > 0 {
            acceptErrors -= 1
            acceptUserData = nil
            return events.append((Completion(userData: userData, result: -EMFILE, hasMore: false), []))
        }
        waiting.removeFirst()
        events.append((Completion(userData: userData, result: socket, hasMore: true), []))
    }

    private func strike(_ socket: Int32) {
        guard faults.vanish > 0 || faults.reset > 0, !waiting.contains(socket) else { return }
        if random.chance(faults.vanish) { vanish(socket) }
        if random.chance(faults.reset) { reset(socket) }
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
        guard !endpoint.hasVanished else { return }
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
            !random.chance(faults.delay), endpoint.isReset || takesAnswer(socket, endpoint)
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

    private func takesAnswer(_ socket: Int32, _ endpoint: Endpoint) -> Bool {
        !random.chance(faults.slowReader) && !endpoint.hasVanished && !stalled.contains(socket)
    }

    private func check(_ send: PendingSend) {
        if !send.isUnchanged { violations.append("memory changed under a send") }
    }
}
