import HTTPWire
import RateLimiting
import Tokens

/// What the stages look up for every request, as plain numbers: reading the configuration itself would count the
/// references of its strings and keys.
struct PipelineSettings: BitwiseCopyable {
    let limits: HTTPLimits
    let addressRate: CellRate?
    let disclosesLimits: Bool
    let failedAuthenticationRate: CellRate?
    let verificationTime: CellRate?
    let requestsPerConnection: UInt32
    let connectionAgeNanoseconds: UInt64
    let headTimeoutNanoseconds: UInt64
    let bodyTimeoutNanoseconds: UInt64
    let bodyBytesPerSecond: UInt64
    let idleTimeoutNanoseconds: UInt64
    let tasks: Int
    let log: LogPolicy
    let audit: AuditPolicy?
    let certificateBinding: CertificateBinding
    let hasTrustedProxies: Bool
    /// How many listeners, which are the first, are those of HTTPS.
    let secureListeners: Int

    init(_ configuration: ServerConfiguration) {
        limits = configuration.limits
        addressRate = configuration.addressRate
        disclosesLimits = configuration.limitDisclosure == .all
        failedAuthenticationRate = configuration.failedAuthenticationRate
        verificationTime = configuration.verificationTime
        requestsPerConnection = configuration.requestsPerConnection
        connectionAgeNanoseconds = configuration.connectionAgeSeconds * 1_000_000_000
        headTimeoutNanoseconds = configuration.headTimeoutMilliseconds * 1_000_000
        bodyTimeoutNanoseconds = configuration.bodyTimeoutMilliseconds * 1_000_000
        bodyBytesPerSecond = configuration.bodyBytesPerSecond
        idleTimeoutNanoseconds = configuration.idleTimeoutMilliseconds * 1_000_000
        tasks = configuration.tasks / configuration.shards
        log = configuration.log
        audit = configuration.auditPath == nil ? nil : configuration.audit
        certificateBinding = configuration.certificateBinding
        hasTrustedProxies = !configuration.trustedProxies.ranges.isEmpty
        secureListeners = configuration.secureListeners
    }
}
