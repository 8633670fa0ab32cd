import Bytes
import Reactor

/// The second lane: connections whose next request brings a token that is expensive to verify, in the order in which
/// they came. They have their turns at the end of each pass, when all other requests are answered, for as long as the
/// pass's budget lasts. So a flood of unknown tokens slows unknown tokens only.
///
/// It is counted in prices, not in time: what a pass does then depends on nothing but what came.
struct VerificationLane: ~Copyable {
    private var waiting: FixedArray<Entry>
    private var first = 0
    private(set) var count = 0
    private let budgetMicroseconds: UInt32
    private var spentMicroseconds: UInt32 = 0

    // Not private: the debug compiler fails on a private element of a noncopyable container.
    struct Entry {
        let connection: ConnectionID
        let priceMicroseconds: UInt32
    }

    /// A token whose check costs no more is verified in place: to put it off would cost as much.
    static let cheapMicroseconds: UInt32 = 5

    /// Room for so many connections, and what their tokens may cost in a pass, in microseconds.
    init(capacity: Int, budgetMicroseconds: UInt32) {
        waiting = FixedArray(count: capacity) { _ in
            Entry(connection: ConnectionID(slot: 0, generation: 0), priceMicroseconds: 0)
        }
        self.budgetMicroseconds = budgetMicroseconds
    }

    var isFull: Bool { count == waiting.count }

    /// A pass begins, with a budget of its own.
    mutating func beginPass() { spentMicroseconds = 0 }

    /// Puts a connection at the end. There must be room.
    mutating func append(_ connection: ConnectionID, priceMicroseconds: UInt32) {
        precondition(!isFull, "the lane has no room")
        waiting[index(count)] = Entry(connection: connection, priceMicroseconds: priceMicroseconds)
        count += 1
    }

    /// Takes the connection that has waited longest; nil when none waits, or what it brings doesn't fit into this pass.
    /// One always fits: else the dearest would never have their turn.
    mutating func next() -> ConnectionID? {
        guard count > 0 else { return nil }
        let entry = waiting[first]
        let (spent, overflows) = spentMicroseconds.addingReportingOverflow(entry.priceMicroseconds)
        guard spentMicroseconds == 0 || !overflows && spent <= budgetMicroseconds else { return nil }
        spentMicroseconds = overflows ? .max : spent
        first = index(1)
        count -= 1
        return entry.connection
    }

    /// Forgets a connection that has gone: its place is somebody else's. O(those who wait).
    mutating func remove(slot: Int) {
        var kept = 0
        for offset in 0..<count where waiting[index(offset)].connection.slot != slot {
            waiting[index(kept)] = waiting[index(offset)]
            kept += 1
        }
        count = kept
    }

    private func index(_ offset: Int) -> Int { (first + offset) % waiting.count }
}
