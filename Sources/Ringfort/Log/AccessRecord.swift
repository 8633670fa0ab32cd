import HTTPWire

/// What a request's line in the log says in numbers: the fixed part of a ring's record.
struct AccessRecord: BitwiseCopyable, Sendable {
    /// When the answer was written, in nanoseconds since 1970 (UTC).
    var wallClockNanoseconds: UInt64
    /// The name of the request.
    var correlationID: CorrelationID
    /// Who asked.
    var client: LogClient
    /// How many bytes the answer had, head and body.
    var responseBytes: UInt64
    /// From the request's first byte to the answer, in microseconds.
    var durationMicroseconds: UInt32
    /// The route's id, or -1 when no route was found.
    var route: Int32
    /// The status of the answer.
    var status: UInt16
    private var methodCode: UInt8
    private var loggedCode: UInt8
    private var decisionCode: UInt8

    /// Whether it gets a line in the log.
    var isLogged: Bool { loggedCode != 0 }
    /// What was decided about who sent it, where that gets a line.
    var decision: AuditDecision? { AuditDecision(rawValue: decisionCode) }

    /// The method; nil when the request had none that the server knows.
    var method: HTTPWire.Method? { HTTPWire.Method(rawValue: methodCode) }

    init(
        wallClockNanoseconds: UInt64, correlationID: CorrelationID, client: LogClient, method: HTTPWire.Method?,
        status: UInt16, route: Int?, responseBytes: UInt64, durationMicroseconds: UInt32,
        isLogged: Bool = true, decision: AuditDecision? = nil
    ) {
        self.wallClockNanoseconds = wallClockNanoseconds
        self.correlationID = correlationID
        self.client = client
        self.responseBytes = responseBytes
        self.durationMicroseconds = durationMicroseconds
        self.route = route.map { Int32($0) } ?? -1
        self.status = status
        methodCode = method?.rawValue ?? UInt8.max
        loggedCode = isLogged ? 1 : 0
        decisionCode = decision?.rawValue ?? 0
    }
}

/// The bounds of a record's texts, in bytes. What is longer is cut off, so that a record has a largest size.
enum LogTextLimits {
    static let path = 256
    static let subject = 128
    static let offeredCorrelationID = CorrelationID.longestOffered
    static let reason = 64
    static let detail = LogDetail.capacity
    static let issuer = 128
    static let tokenID = 128
    static let keyID = 128
}
