import Bytes

@testable import HTTPWire

/// One request as a connection took it from the wire.
struct Exchange: Equatable {
    var method: String
    var target: String
    var headers: [[String]]
    var body: [UInt8]
}

/// What became of a stream of bytes.
struct Outcome: Equatable {
    enum End: Equatable {
        /// More bytes could follow.
        case open
        /// The last request asked for it.
        case closed
        case refused(WireError)
    }

    var exchanges: [Exchange] = []
    var end = End.open
}

/// What becomes of `bytes` when a connection gets them in fragments that end at `ends`, which are in order: head,
/// body, next head, without I/O.
func receive(
    _ bytes: [UInt8], splitAt ends: some Sequence<Int>, limits: HTTPLimits = .standard
) -> Outcome {
    var pending = ByteBuffer(capacity: 4096)
    var connection = WireConnection(limits: limits)
    var start = 0
    for end in ends {
        connection.receive(bytes[start..<end], &pending)
        start = end
    }
    connection.receive(bytes[start...], &pending)
    return connection.outcome
}

/// The state of such a connection between two fragments, but for the bytes that are not taken yet.
private struct WireConnection: ~Copyable {
    var head = RequestHead()
    var decoder: BodyDecoder?
    var exchange = Exchange(method: "", target: "", headers: [], body: [])
    let limits: HTTPLimits
    var outcome = Outcome()

    init(limits: HTTPLimits) { self.limits = limits }

    mutating func receive(_ fragment: ArraySlice<UInt8>, _ pending: inout ByteBuffer) {
        guard outcome.end == .open else { return }
        pending.append(fragment.span.raw)
        do throws(WireError) {
            while outcome.end == .open {
                guard let taken = try decoder == nil ? takeHead(pending.bytes) : takeBody(pending.bytes) else { return }
                pending.removeFirst(taken)
            }
        } catch {
            outcome.end = .refused(error)
        }
    }

    /// Takes a head, if it is whole, and returns how many bytes it has.
    private mutating func takeHead(_ bytes: RawSpan) throws(WireError) -> Int? {
        guard case .complete(let byteCount) = try head.parse(bytes, limits: limits) else { return nil }
        if head.targetForm == .origin || head.targetForm == .absolute {
            var scratch = ByteBuffer(capacity: 64)
            _ = try head.canonicalPath(in: bytes, scratch: &scratch)
        }
        exchange = Exchange(
            method: bytes.extracting(head.methodRange).latin1, target: bytes.extracting(head.targetRange).latin1,
            headers: [], body: [])
        for index in 0..<head.headerCount {
            let header = head.header(index)
            exchange.headers.append([bytes.extracting(header.name).latin1, bytes.extracting(header.value).latin1])
        }
        decoder = try BodyDecoder(head.framing, limits: limits)
        return byteCount
    }

    /// Takes what there is of the body, and returns how many bytes that is, or nil when more must come.
    private mutating func takeBody(_ bytes: RawSpan) throws(WireError) -> Int? {
        guard var decoder else { return nil }
        var body = ByteBuffer(capacity: 64)
        let taken = try decoder.decode(bytes, into: &body)
        exchange.body += body.bytes.array
        self.decoder = decoder
        guard decoder.isComplete else { return taken > 0 ? taken : nil }
        outcome.exchanges.append(exchange)
        self.decoder = nil
        if !head.keepAlive { outcome.end = .closed }
        return taken
    }
}
