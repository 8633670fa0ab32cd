import HTTPWire

/// Which decisions about requests get a line in the audit log.
public enum AuditPolicy: String, CaseIterable, Sendable, BitwiseCopyable {
    /// Each of them: who was let in, too.
    case all
    /// Those by which somebody was kept out.
    case refusals

    /// What was decided about a request that was answered with `status`, if that gets a line.
    func decision(_ status: Status, isAuthenticated: Bool) -> AuditDecision? {
        switch status {
        case .unauthorized: .unauthenticated
        case .forbidden: .forbidden
        // Who sent it was known, and he may: whatever became of it then.
        default: isAuthenticated && self == .all ? .allowed : nil
        }
    }
}

/// What was decided about who sent a request.
enum AuditDecision: UInt8 {
    /// He has proven who he is, and may.
    case allowed = 1
    /// He may not, whoever he is; mostly, he has proven it. Where the server's own API asks for no tokens, nobody has: his
    /// request came from another origin, or under another's name.
    case forbidden = 2
    /// He has not proven who he is.
    case unauthenticated = 3

    /// The decision as it stands in the log.
    var name: StaticString {
        switch self {
        case .allowed: "allowed"
        case .forbidden: "forbidden"
        case .unauthenticated: "unauthenticated"
        }
    }
}
