import Bytes
import RateLimiting
import Reactor
import TLSEngine

/// The sessions of a shard's connections, and the way through them: bytes of the wire to plaintext, answers to records.
///
/// The service behind it is asked once for all that a receive has decrypted, and what it answers to that leaves in as few
/// records as it takes. Plaintext lies in memory that all connections use in turn; only what the service leaves for later
/// is copied into the connection's own.
struct TLSTransport: ~Copyable {
    private let service: any ConnectionService
    private let certificates: TLSCertificates
    private let application: Application
    private let addressRate: CellRate?
    private let handshakeTimeoutNanoseconds: UInt64
    private let log: LogWriter
    private var connections: FixedArray<TLSConnection>
    /// Who waits for a handshake, at the end of a pass: those who have theirs are served first.
    private var lane: VerificationLane
    /// Whose handshake `nextDeferred` has announced.
    private var admitted: ConnectionID?
    private var plaintext = ByteBuffer(capacity: 32 * 1024)
    private var answers = ByteBuffer(capacity: 32 * 1024)
    private var now = PassTime(monotonicNanoseconds: 0, wallClockNanoseconds: 0)
    private var counters = ShardCounters()

    /// What a handshake costs, and what all that begin in a pass may, in microseconds.
    private static let handshakeMicroseconds: UInt32 = 185
    private static let handshakeMicrosecondsOfPass: UInt32 = 1500

    init(
        _ service: any ConnectionService, _ certificates: TLSCertificates, _ application: Application,
        connections: Int, _ log: LogWriter
    ) {
        self.service = service
        self.certificates = certificates
        self.application = application
        // As numbers of its own: reading the configuration would count the references of its strings and keys.
        addressRate = application.configuration.addressRate
        handshakeTimeoutNanoseconds = application.configuration.handshakeTimeoutMilliseconds * 1_000_000
        self.log = log
        self.connections = FixedArray(count: connections) { _ in TLSConnection() }
        lane = VerificationLane(capacity: connections, budgetMicroseconds: Self.handshakeMicrosecondsOfPass)
    }

    mutating func passBegan(_ time: PassTime) {
        now = time
        lane.beginPass()
        service.passBegan(time)
    }

    mutating func opened(_ connection: ConnectionID, peer: PeerAddress) -> UInt64 {
        let slot = connection.slot
        connections[slot] = TLSConnection()
        connections[slot].peer = peer
        connections[slot].handshakeDeadlineNanoseconds = now.monotonicNanoseconds + handshakeTimeoutNanoseconds
        return connections[slot].handshakeDeadlineNanoseconds
    }

    mutating func received(
        _ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer
    ) -> Reception {
        let slot = connection.slot
        if connections[slot].session == nil {
            guard admitted == connection else { return wait(connection) }
            guard begin(slot) else { return reception(slot, bytes.byteCount, .close) }
        }
        plaintext.removeAll()
        if connections[slot].rest != nil { Self.takeRest(of: &connections[slot], into: &plaintext) }
        let state = connections[slot].session?.receive(bytes, plaintext: &plaintext, output: &output)
        switch state {
        case .open, .peerClosed: return serve(connection, bytes.byteCount, &output)
        case .failed(let failure):
            note(slot, failure.description)
            return reception(slot, bytes.byteCount, .close)
        case .handshaking: return reception(slot, bytes.byteCount, .reading)
        case .closed, nil: return reception(slot, bytes.byteCount, .close)
        }
    }

    /// A function of its own, not inlined: the compiler puts what is taken on the heap, which shall cost those only who
    /// have left something.
    @inline(never)
    private static func takeRest(of connection: inout TLSConnection, into plaintext: inout ByteBuffer) {
        if let rest = connection.rest.take() { plaintext.append(rest.bytes) }
    }

    /// Has a client wait for his handshake. He is charged for it now, before it costs anything.
    private mutating func wait(_ connection: ConnectionID) -> Reception {
        let slot = connection.slot
        guard charge(connections[slot].peer) else {
            note(slot, "limited")
            return reception(slot, 0, .close)
        }
        lane.append(connection, priceMicroseconds: Self.handshakeMicroseconds)
        connections[slot].isWaiting = true
        return reception(slot, 0, .deferred)
    }

    /// Begins a session with the first bytes of a client.
    private mutating func begin(_ slot: Int) -> Bool {
        admitted = nil
        connections[slot].isWaiting = false
        do throws(TLSConfigurationError) {
            connections[slot].session = try TLSSession(certificates.current)
            return true
        } catch {
            note(slot, "no memory")
            return false
        }
    }

    /// Takes a handshake from the address's bucket, as if it were a request.
    private func charge(_ peer: PeerAddress) -> Bool {
        // A trusted proxy's many clients can't be told apart before their requests say who they are.
        guard let rate = addressRate, !application.configuration.trustedProxies.contains(peer) else { return true }
        let key = application.addressKey(peer, policy: Application.Policy.address)
        let decision = application.buckets.take(key: key, rate: rate, now: now.monotonicNanoseconds)
        if case .refused = decision { return false }
        return true
    }

    /// Hands the plaintext to the service, and encrypts what it answers.
    private mutating func serve(
        _ connection: ConnectionID, _ consumed: Int, _ output: inout ByteBuffer
    ) -> Reception {
        let slot = connection.slot
        if !connections[slot].isServing {
            connections[slot].isServing = true
            counters.handshakes += 1
            if connections[slot].session?.isResumed == true { counters.resumedHandshakes += 1 }
            let deadline = service.opened(connection, peer: connections[slot].peer)
            connections[slot].wanted = Reception(consumed: 0, next: .idle, deadlineNanoseconds: deadline)
        }
        // Records that say nothing change nothing, unless the service has more to work off.
        let last = connections[slot].wanted
        guard !plaintext.isEmpty || last.next == .outputFull else {
            return Self.seal(&connections[slot], last, consumed, &answers, &output)
        }
        let reception = Self.ask(service, connection, plaintext, &answers)
        if reception.consumed < plaintext.count {
            connections[slot].rest = ByteBuffer(
                copying: plaintext.bytes.extracting(reception.consumed..<plaintext.count))
        }
        return Self.seal(&connections[slot], reception, consumed, &answers, &output)
    }

    private static func ask(
        _ service: any ConnectionService, _ connection: ConnectionID, _ plaintext: borrowing ByteBuffer,
        _ answers: inout ByteBuffer
    ) -> Reception { service.received(connection, plaintext.bytes, &answers) }

    /// Encrypts the answers, and says what the connection does next.
    private static func seal(
        _ connection: inout TLSConnection, _ wanted: Reception, _ consumed: Int, _ answers: inout ByteBuffer,
        _ output: inout ByteBuffer
    ) -> Reception {
        connection.session?.send(answers.bytes, output: &output)
        answers.removeAll()
        connection.wanted = wanted
        // A client that sends no more gets the answers to what it has sent, and then the end.
        let isOver = wanted.next == .reading || (wanted.next == .idle && connection.rest == nil)
        let next = isOver && connection.session?.state == .peerClosed ? .close : wanted.next
        if next == .close { connection.session?.close(output: &output) }
        return Reception(consumed: consumed, next: next, deadlineNanoseconds: wanted.deadlineNanoseconds)
    }

    private func reception(_ slot: Int, _ consumed: Int, _ next: Reception.Next) -> Reception {
        let deadline =
            connections[slot].isServing
            ? connections[slot].wanted.deadlineNanoseconds : connections[slot].handshakeDeadlineNanoseconds
        return Reception(consumed: consumed, next: next, deadlineNanoseconds: deadline)
    }

    func holdsInput(_ connection: ConnectionID) -> Bool { connections[connection.slot].rest != nil }

    func nextAnswered() -> ConnectionID? { service.nextAnswered() }

    mutating func nextDeferred() -> ConnectionID? {
        admitted = lane.next()
        return admitted ?? service.nextDeferred()
    }

    mutating func answered(_ connection: ConnectionID, _ output: inout ByteBuffer) -> Reception {
        let reception = service.answered(connection, &answers)
        return Self.seal(&connections[connection.slot], reception, 0, &answers, &output)
    }

    mutating func expired(_ connection: ConnectionID, _ output: inout ByteBuffer) {
        let slot = connection.slot
        guard connections[slot].isServing else { return note(slot, "timeout") }
        service.expired(connection, &answers)
        let last = Reception(consumed: 0, next: .close, deadlineNanoseconds: now.monotonicNanoseconds)
        _ = Self.seal(&connections[slot], last, 0, &answers, &output)
    }

    mutating func closed(_ connection: ConnectionID) {
        if connections[connection.slot].isWaiting { lane.remove(slot: connection.slot) }
        if connections[connection.slot].isServing { service.closed(connection) }
        connections[connection.slot] = TLSConnection()
    }

    func drainBegan() { service.drainBegan() }

    func ended(_ counters: inout ShardCounters) {
        service.ended(&counters)
        counters.add(self.counters)
    }

    /// Tells the log why a client was not served.
    private mutating func note(_ slot: Int, _ reason: String) {
        counters.failedSessions += 1
        var client = ByteBuffer(capacity: 64)
        LogClient(connections[slot].peer).write(into: &client)
        log.record(.warning, "tls_failure", ["client": .text(String(client.bytes)), "reason": .text(reason)])
    }
}
