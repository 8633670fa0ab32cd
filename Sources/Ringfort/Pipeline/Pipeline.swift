import Bytes
import HTTPWire
import RateLimiting
import Reactor
import TokenCache
import Tokens

/// One shard's way from bytes to answers: the stages of the security model, in their order.
///
/// Everything that a request needs is here and is used again for the next one: the head table, the scratch buffers, the
/// response, the verifier. In a steady state no stage allocates.
///
/// Functions that only read, and are on every request's way, are inlined by force: to a call of one the compiler would hand
/// a copy of the whole value, which is 1.7 KB.
struct Pipeline: ~Copyable {
    private(set) var application: Application
    private(set) var settings: PipelineSettings
    var connections: FixedArray<HTTPConnection>
    var memory = RequestMemory()
    var encoder: ResponseEncoder
    var response = ResponseWriter()
    var input = InputMemory()
    var overload: OverloadAnswer
    /// The same for those who speak TLS.
    var overloadOverTLS: OverloadAnswer
    var problemScratch = ByteBuffer(capacity: 1024)
    var problemHeaders = HeaderBlock()
    var verifier = TokenVerifier()
    /// The application's cache, at hand.
    let tokenCache: Held<TokenCache>?
    private(set) var revocations: RevocationList
    private(set) var apiKeys: APIKeyTable
    var ids: CorrelationIDGenerator
    var records: LogProducer
    var now: PassTime
    /// Where requests go whose handler may wait, or is a task; nil when no route has one.
    let workers: Workers?
    /// Jobs that are done, the next one last.
    var finished: [Handover<Job>] = []
    /// The job that `nextAnswered` has announced.
    var current: Box<Job>?
    /// Who waits for the verification of an expensive token.
    var lane: VerificationLane
    /// How many requests are out with a worker or a task, also of clients who have gone.
    var jobs = 0
    /// How many of them are tasks.
    var tasks = 0
    var isDraining = false
    /// What of the shard's counters is counted here.
    var counters = ShardCounters()
    private(set) var requestsBeforePass: UInt64 = 0
    private var dateSeconds: UInt64 = 0

    init(
        _ application: Application, connections: Int, records: consuming LogProducer,
        workers: Workers? = nil
    ) throws(SystemRandomError) {
        self.application = application
        tokenCache = application.tokenCache.map { Held($0) }
        revocations = application.revocations
        apiKeys = application.apiKeys
        settings = PipelineSettings(application.configuration)
        self.records = records
        self.workers = workers
        self.connections = FixedArray(count: connections) { _ in HTTPConnection() }
        lane = VerificationLane(
            capacity: application.configuration.waitingVerifications, connections: connections,
            budgetMicroseconds: application.configuration.verificationMicrosecondsOfPass)
        encoder = ResponseEncoder(overTLS: true, unixSeconds: 0)
        overloadOverTLS = OverloadAnswer(encoder)
        encoder.isOverTLS = false
        overload = OverloadAnswer(encoder)
        ids = try CorrelationIDGenerator()
        now = PassTime(monotonicNanoseconds: 0, wallClockNanoseconds: 0)
    }

    mutating func passBegan(_ time: PassTime) {
        now = time
        lane.beginPass()
        requestsBeforePass = counters.requests
        let seconds = time.wallClockNanoseconds / 1_000_000_000
        guard seconds != dateSeconds else { return }
        dateSeconds = seconds
        encoder.setDate(unixSeconds: Int64(seconds))
        encoder.isOverTLS = true
        overloadOverTLS.encode(encoder)
        encoder.isOverTLS = false
        overload.encode(encoder)
    }

    /// Goes by another snapshot from the next request on; requests that wait for their bodies end as they have begun.
    mutating func adopt(_ application: Application, _ revocations: RevocationList, _ apiKeys: APIKeyTable) {
        adopt(application)
        self.revocations = revocations
        self.apiKeys = apiKeys
    }

    private mutating func adopt(_ application: Application) {
        self.application = application
        settings = PipelineSettings(application.configuration)
    }

    /// Goes by the application that has admitted the request which a connection waits with, for as long as `body` takes.
    private mutating func asAdmitted<Result>(_ slot: Int, _ body: (inout Pipeline) -> Result) -> Result {
        let present = application
        guard let admitting = connections[slot].application, admitting !== present else { return body(&self) }
        adopt(admitting)
        defer { adopt(present) }
        return body(&self)
    }

    /// Writes the answer of the job that was announced last.
    mutating func answered(_ slot: Int, _ output: inout ByteBuffer) -> Reception {
        asAdmitted(slot) { $0.answerJob(slot, &output) }
    }

    /// A deadline has passed.
    mutating func expired(_ slot: Int, _ output: inout ByteBuffer) {
        asAdmitted(slot) { $0.expire(slot, &output) }
    }

    mutating func opened(_ slot: Int, peer: PeerAddress, listener: Int) -> UInt64 {
        connections[slot] = HTTPConnection()
        connections[slot].isOverTLS = listener < settings.secureListeners
        connections[slot].openedNanoseconds = now.monotonicNanoseconds
        connections[slot].remote = peer
        setClient(slot, peer)
        return now.monotonicNanoseconds + settings.headTimeoutNanoseconds
    }

    mutating func closed(_ slot: Int) {
        if connections[slot].verification == .waiting { lane.remove(slot: slot) }
        connections[slot].task?.cancel()
        connections[slot] = HTTPConnection()
    }

    /// Says whose request is at hand.
    mutating func setClient(_ slot: Int, _ client: PeerAddress) {
        connections[slot].peer = client
        connections[slot].addressKey = application.addressKey(client, policy: Application.Policy.address)
    }

    /// Works off the bytes, request by request, until they end, the output is full or the connection does.
    mutating func received(
        _ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer
    ) -> Reception {
        let slot = connection.slot
        encoder.isOverTLS = connections[slot].isOverTLS
        var offset = 0
        while true {
            let rest = bytes.extracting(offset..<bytes.byteCount)
            let step: Step
            switch connections[slot].phase {
            case .head:
                // Behind half a batch of answers the client has to read first: its requests wait where they are.
                if output.count >= Self.outputHighWaterBytes { return reception(slot, offset, .outputFull) }
                step = takeHead(connection, rest, &output)
            case .body: step = asAdmitted(slot) { $0.takeBody(connection, rest, &output) }
            case .working: return asAdmitted(slot) { $0.reception(slot, offset, .waiting) }
            case .unwantedBody: step = dropBody(slot, rest, &output)
            }
            switch step {
            case .took(let count): offset += count
            case .needsMore(let count) where connections[slot].phase == .body:
                return asAdmitted(slot) { $0.reception(slot, offset + count, .reading) }
            case .needsMore(let count): return reception(slot, offset + count, .reading)
            case .isIdle: return reception(slot, offset, .idle)
            case .waits: return reception(slot, offset, .deferred)
            case .ends: return reception(slot, bytes.byteCount, .close)
            }
        }
    }

    /// What a phase made of the bytes.
    enum Step {
        /// So many bytes are used up; go on.
        case took(Int)
        /// So many bytes are used up, and more are needed.
        case needsMore(Int)
        /// The request is put off: its bytes come again.
        case waits
        /// There are no bytes, and none are missing.
        case isIdle
        /// The answer that was just written is the connection's last.
        case ends
    }

    @inline(__always)
    func reception(_ slot: Int, _ consumed: Int, _ next: Reception.Next) -> Reception {
        let deadline: UInt64
        switch connections[slot].phase {
        case .head where next == .reading:
            deadline = connections[slot].startedNanoseconds + settings.headTimeoutNanoseconds
        case .body, .unwantedBody:
            // The floor under the rate: so many bytes that have come buy another second. But nobody may buy hours in
            // one burst, and then stall: between two reads there is never more time than for the first.
            let earnedSeconds = min(connections[slot].bodyBytes / settings.bodyBytesPerSecond, Self.mostEarnedSeconds)
            let earnedNanoseconds = earnedSeconds * 1_000_000_000
            deadline =
                min(connections[slot].startedNanoseconds + earnedNanoseconds, now.monotonicNanoseconds)
                + settings.bodyTimeoutNanoseconds
        case .working:
            deadline =
                connections[slot].startedNanoseconds
                + application.rules[Int(connections[slot].work.route)].workTimeoutNanoseconds
        case .head:
            deadline = now.monotonicNanoseconds + settings.idleTimeoutNanoseconds
        }
        return Reception(consumed: consumed, next: next, deadlineNanoseconds: deadline)
    }

    /// Output beyond which the next request waits for the client to read.
    static let outputHighWaterBytes = 256 * 1024
    /// More than any body takes, and few enough to count them in nanoseconds.
    private static let mostEarnedSeconds: UInt64 = 1 << 30
}
