/// Which requests get a line in the log.
public enum LogPolicy: String, CaseIterable, Sendable, BitwiseCopyable {
    /// Each of them.
    case all
    /// Those that were answered with a status of 400 or more.
    case problems

    /// Whether a request that was answered with `status` gets a line.
    func admits(status: UInt16) -> Bool { self == .all || status >= 400 }
}

/// How much a line in the log matters.
package enum LogLevel: Sendable {
    case info
    case warning
    case error

    /// The level as it stands in the log.
    var name: StaticString {
        switch self {
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// The level of a request's line: a client's fault is a warning, the server's an error.
    init(status: UInt16) { self = status < 400 ? .info : status < 500 ? .warning : .error }
}
