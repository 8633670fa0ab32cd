import Reactor

/// Who may begin a handshake in a pass of the loop, and who must wait for another pass.
///
/// One costs as much as forty requests. Those who have finished theirs must not wait for all who come.
struct HandshakeQueue {
    /// How many begin between two passes: a millisecond and a half.
    static let perPass = 8

    private var left = perPass
    private var waiting: [ConnectionID] = []
    private var first = 0

    /// A pass begins.
    mutating func passBegan() { left = Self.perPass }

    /// Whether another handshake may begin in this pass.
    mutating func admit() -> Bool {
        guard left > 0 else { return false }
        left -= 1
        return true
    }

    /// Has a connection wait.
    mutating func append(_ connection: ConnectionID) { waiting.append(connection) }

    /// Whether anybody waits.
    var isEmpty: Bool { first == waiting.count }

    /// The connection that has waited longest, which is admitted; nil when none waits or no more may begin.
    mutating func next() -> ConnectionID? {
        guard !isEmpty, admit() else { return nil }
        defer {
            first += 1
            if isEmpty {
                waiting.removeAll(keepingCapacity: true)
                first = 0
            }
        }
        return waiting[first]
    }
}
