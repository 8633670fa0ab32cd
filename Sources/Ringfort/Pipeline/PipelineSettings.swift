import HTTPWire
import RateLimiting

/// What the stages look up for every request, as plain numbers: reading the configuration itself would count the
/// references of its strings and keys.
struct PipelineSettings: BitwiseCopyable {
    let limits: HTTPLimits
    let addressRate: CellRate?
    let failedAuthenticationRate: CellRate?
    let verificationTime: CellRate?
    let requestsPerConnection: UInt32
    let connectionAgeNanoseconds: UInt64
    let headTimeoutNanoseconds: UInt64
    let bodyTimeoutNanoseconds: UInt64
    let idleTimeoutNanoseconds: UInt64
    let workTimeoutNanoseconds: UInt64
    let tasks: Int
    let log: LogPolicy

    init(_ configuration: ServerConfiguration) {
        limits = configuration.limits
        addressRate = configuration.addressRate
        failedAuthenticationRate = configuration.failedAuthenticationRate
        verificationTime = configuration.verificationTime
        requestsPerConnection = configuration.requestsPerConnection
        connectionAgeNanoseconds = configuration.connectionAgeSeconds * 1_000_000_000
        headTimeoutNanoseconds = configuration.headTimeoutSeconds * 1_000_000_000
        bodyTimeoutNanoseconds = configuration.bodyTimeoutSeconds * 1_000_000_000
        idleTimeoutNanoseconds = configuration.idleTimeoutSeconds * 1_000_000_000
        workTimeoutNanoseconds = configuration.workTimeoutSeconds * 1_000_000_000
        tasks = configuration.tasks / configuration.shards
        log = configuration.log
    }
}
