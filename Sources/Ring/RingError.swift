internal import CLinux

/// What can go wrong with a ring.
public enum RingError: Error, Equatable, CustomStringConvertible {
    /// The machine denies io_uring; the sentence says who does, and what to do.
    case unavailable(String)
    /// A call on an existing ring failed.
    case failed(operation: String, errno: Int32)

    /// The error as a sentence for an operator.
    public var description: String {
        switch self {
        case .unavailable(let explanation): explanation
        case .failed(let operation, let errno): "\(operation) failed: \(RingSupport.text(errno: errno))"
        }
    }
}
