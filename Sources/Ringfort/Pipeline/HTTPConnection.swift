import Bytes
import HTTPWire
import RateLimiting
import Reactor
import Tokens

/// What the pipeline knows of one connection between two events: a slot of a table as long as the shard's slab.
struct HTTPConnection: ~Copyable {
    /// What the next bytes are.
    enum Phase: UInt8 {
        /// A request's head.
        case head
        /// The body of a request that waits for it.
        case body
        /// A body that nobody wants: it is read, and dropped.
        case unwantedBody
        /// None that are wanted now: a worker or a task is at the request.
        case working
    }

    /// When the token of a request is verified.
    enum Verification: UInt8 {
        /// When the request comes.
        case inPlace
        /// In its turn: the request waits in the second lane, its bytes with the shard.
        case waiting
        /// Now: it has its turn, and is paid for.
        case itsTurn
    }

    var phase = Phase.head
    var decoder = BodyDecoder.complete
    /// The request that waits for its body.
    var waiting: Box<WaitingRequest>?
    /// What has admitted the request that waits for its body or its answer, whatever comes into force meanwhile.
    var application: Application?
    /// What a worker or a task is at.
    var work = Work()
    /// The task, when it is one.
    var task: Task<Void, Never>?
    var requests: UInt32 = 0
    var openedNanoseconds: UInt64 = 0
    /// When the first byte of the head or the body came, 0 while none has.
    var startedNanoseconds: UInt64 = 0
    /// When the first byte of the request at hand was seen, for the log.
    var requestNanoseconds: UInt64 = 0
    /// Bytes of the body that have come, for the floor under its rate.
    var bodyBytes: UInt64 = 0
    /// The client of the request at hand: who is connected, or whom a trusted proxy speaks for.
    var peer = PeerAddress(ipv4: 0, port: 0)
    /// Who is connected.
    var remote = PeerAddress(ipv4: 0, port: 0)
    var addressKey: KeyHash?
    /// Where the request at hand is with the verification of its token.
    var verification = Verification.inPlace
    /// The certificate that the client has shown.
    var certificate: Box<CertificateThumbprint>?
    /// What is said goes over TLS.
    var isOverTLS = false
    /// The answer under way is the connection's last.
    var isLast = false
}

/// What the shard remembers of a request that is answered elsewhere.
struct Work: BitwiseCopyable {
    var correlationID = CorrelationID(high: 0, low: 0)
    var route: Int32 = 0
    var isHead = false
    var crossOriginEntry: UInt32 = 0
}

extension BodyDecoder {
    /// A decoder that has nothing to read.
    static var complete: BodyDecoder {
        // A body of no bytes is within every limit, so that the initialiser can't throw here.
        do throws(WireError) {
            return try BodyDecoder(.none, limits: .standard)
        } catch {
            preconditionFailure("a body of no bytes was refused")
        }
    }
}
