public import Ring

/// Why a shard or its listener can't be had, or has ended.
public enum ReactorError: Error, Equatable, CustomStringConvertible {
    /// The address is in use by another process.
    case addressInUse(String)
    /// The address can't be listened on.
    case addressNotAvailable(String, reason: String)
    /// A system call failed.
    case failed(operation: String, errno: Int32)
    /// The ring failed.
    case ring(RingError)

    /// The error as a sentence for an operator.
    public var description: String {
        switch self {
        case .addressInUse(let address):
            "\(address) is in use by another process. Stop that one, or choose another address."
        case .addressNotAvailable(let address, let reason):
            "\(address) can't be listened on: \(reason)."
        case .failed(let operation, let errno):
            "\(RingError.failed(operation: operation, errno: errno))"
        case .ring(let error): error.description
        }
    }
}
