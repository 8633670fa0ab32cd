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
    let service: any ConnectionService
    private let board: ShardBoard
    private var certificates: TLSCertificates
    private var application: Application
    private var addressRate: CellRate?
    private var handshakeTimeoutNanoseconds: UInt64
    private let secureListeners: Int
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
    private var isDraining = false
    /// When failures were written down last, and how many in that second.
    private var notes = (seconds: UInt64(0), count: 0)

    /// What a handshake costs, and what all that begin in a pass may, in microseconds.
    private static let handshakeMicroseconds: UInt32 = 185
    private static let handshakeMicrosecondsOfPass: UInt32 = 1500
    /// A flood must cost the log, which all shards share, no more than this.
    private static let mostNotesOfSecond = 10

    init(
        _ service: any ConnectionService, _ certificates: TLSCertificates, _ board: ShardBoard,
        connections: Int, _ log: LogWriter
    ) {
        let application = board.snapshot.application
        self.service = service
        self.board = board
        self.certificates = certificates
        self.application = application
        // As numbers of its own: reading the configuration would count the references of its strings and keys.
        addressRate = application.configuration.addressRate
        handshakeTimeoutNanoseconds = application.configuration.handshakeTimeoutMilliseconds * 1_000_000
        secureListeners = application.configuration.secureListeners
        self.log = log
        self.connections = FixedArray(count: connections) { _ in TLSConnection() }
        lane = VerificationLane(
            capacity: connections, connections: connections, budgetMicroseconds: Self.handshakeMicrosecondsOfPass)
    }

    mutating func passBegan(_ time: PassTime) {
        now = time
        lane.beginPass()
        service.passBegan(time)
    }

    /// Whether the connection came to a listener of plain HTTP, where the service is spoken to as it is.
    func isPlain(_ connection: ConnectionID) -> Bool { connections[connection.slot].listener >= secureListeners }

    mutating func opened(_ connection: ConnectionID, peer: PeerAddress, listener: Int) -> UInt64 {
        let slot = connection.slot
        connections[slot] = TLSConnection()
        connections[slot].peer = peer
        connections[slot].listener = listener
        connections[slot].handshakeDeadlineNanoseconds = now.monotonicNanoseconds + handshakeTimeoutNanoseconds
        return connections[slot].handshakeDeadlineNanoseconds
    }

    mutating func received(
        _ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer
    ) -> Reception {
        let slot = connection.slot
        if connections[slot].session == nil {
            guard bytes.holdsWholeRecord else { return reception(slot, 0, .reading) }
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
        certificates.warnDaily(log, unixSeconds: now.unixSeconds)
        do throws(TLSConfigurationError) {
            connections[slot].session = try TLSSession(certificates.context)
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
            let deadline = service.opened(
                connection, peer: connections[slot].peer, listener: connections[slot].listener)
            if let certificate = connections[slot].session?.clientCertificateThumbprint() {
                service.identified(connection, certificate: certificate)
            }
            // Who comes through while the server drains, and asks for nothing, is not waited for.
            connections[slot].wanted = Reception(
                consumed: 0, next: isDraining ? .close : .idle, deadlineNanoseconds: deadline)
        }
        // Records that say nothing change nothing, unless the service has more to work off.
        let last = connections[slot].wanted
        guard !plaintext.isEmpty || last.next == .outputFull else {
            return seal(slot, last, consumed, &output)
        }
        let reception = Self.ask(service, connection, plaintext, &answers)
        if reception.consumed < plaintext.count {
            connections[slot].rest = ByteBuffer(
                copying: plaintext.bytes.extracting(reception.consumed..<plaintext.count))
        }
        return seal(slot, reception, consumed, &output)
    }

    private static func ask(
        _ service: any ConnectionService, _ connection: ConnectionID, _ plaintext: borrowing ByteBuffer,
        _ answers: inout ByteBuffer
    ) -> Reception { service.received(connection, plaintext.bytes, &answers) }

    /// Encrypts the answers, and says what the connection does next.
    private mutating func seal(
        _ slot: Int, _ wanted: Reception, _ consumed: Int, _ output: inout ByteBuffer
    ) -> Reception {
        let reception = Self.seal(&connections[slot], wanted, consumed, &answers, &output)
        if case .failed(let failure) = connections[slot].session?.state { note(slot, failure.description) }
        return reception
    }

    private static func seal(
        _ connection: inout TLSConnection, _ wanted: Reception, _ consumed: Int, _ answers: inout ByteBuffer,
        _ output: inout ByteBuffer
    ) -> Reception {
        let state = connection.session?.send(answers.bytes, output: &output)
        answers.removeAll()
        connection.wanted = wanted
        // An answer that is lost is nothing to go on from.
        if case .failed = state {
            return Reception(consumed: consumed, next: .close, deadlineNanoseconds: wanted.deadlineNanoseconds)
        }
        // A client that sends no more gets the answers to what it has sent, and then the end: when nothing is left to be
        // answered, or only output to be sent.
        let hasAll = connection.rest == nil && (wanted.next == .idle || wanted.next == .outputFull)
        let isOver = wanted.next == .reading || hasAll
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
        admitted = lane.next(after: 0)
        return admitted ?? service.nextDeferred()
    }

    mutating func answered(_ connection: ConnectionID, _ output: inout ByteBuffer) -> Reception {
        let reception = service.answered(connection, &answers)
        return seal(connection.slot, reception, 0, &output)
    }

    mutating func expired(_ connection: ConnectionID, _ output: inout ByteBuffer) {
        let slot = connection.slot
        guard connections[slot].isServing else { return note(slot, "timeout") }
        service.expired(connection, &answers)
        let last = Reception(consumed: 0, next: .close, deadlineNanoseconds: now.monotonicNanoseconds)
        _ = seal(slot, last, 0, &output)
    }

    mutating func closed(_ connection: ConnectionID) {
        if connections[connection.slot].isWaiting { lane.remove(slot: connection.slot) }
        if connections[connection.slot].isServing { service.closed(connection) }
        connections[connection.slot] = TLSConnection()
    }

    mutating func drainBegan() {
        isDraining = true
        service.drainBegan()
    }

    mutating func drained(_ connection: ConnectionID, _ output: inout ByteBuffer) {
        connections[connection.slot].session?.close(output: &output)
    }

    /// Clients that connect from now on see the certificates in force; who is connected keeps what he has.
    mutating func refresh(_ counters: ShardCounters) {
        var counters = counters
        counters.add(self.counters)
        service.refresh(counters)
        let snapshot = board.snapshot
        certificates = snapshot.certificates ?? certificates
        application = snapshot.application
        addressRate = application.configuration.addressRate
        handshakeTimeoutNanoseconds = application.configuration.handshakeTimeoutMilliseconds * 1_000_000
    }

    func ended(_ counters: inout ShardCounters) {
        counters.add(self.counters)
        service.ended(&counters)
    }

    /// Tells the log why a client was not served; where many are, of the first in each second. All are counted.
    private mutating func note(_ slot: Int, _ reason: String) {
        counters.failedSessions += 1
        let seconds = now.monotonicNanoseconds / 1_000_000_000
        if notes.seconds != seconds { notes = (seconds, 0) }
        notes.count += 1
        guard notes.count <= Self.mostNotesOfSecond else { return }
        var client = ByteBuffer(capacity: 64)
        LogClient(connections[slot].peer).write(into: &client)
        log.record(.warning, "tls_failure", ["client": .text(String(client.bytes)), "reason": .text(reason)])
    }
}

extension RawSpan {
    /// Whether the first record of a client is there, so that a handshake has something to do: a turn is for the work, not
    /// for the waiting. What is no handshake, or longer than it may be, is for OpenSSL to refuse.
    fileprivate var holdsWholeRecord: Bool {
        guard byteCount > 0, self[0] == Self.handshakeRecord else { return true }
        guard byteCount >= Self.recordHeaderBytes else { return false }
        let count = Int(self[3]) << 8 | Int(self[4])
        return count > Self.longestRecordBytes || byteCount >= Self.recordHeaderBytes + count
    }

    /// RFC 8446 section 5.1.
    private static var handshakeRecord: UInt8 { 22 }
    private static var recordHeaderBytes: Int { 5 }
    private static var longestRecordBytes: Int { 16384 }
}
