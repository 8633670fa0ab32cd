import Bytes
import Reactor

/// The second lane: connections whose next request brings a token that is expensive to verify, in the order in which
/// they came. They have their turns at the end of each pass, when all other requests are answered, for as long as the
/// pass's budget lasts. So a flood of unknown tokens slows unknown tokens only.
///
/// Whoever was answered in a pass asks again, and waits for its end: so beside others the budget is a small part of what
/// they took, and whole where nobody else was there.
///
/// It is counted in prices, not in time: what a pass does then depends on nothing but what came. It is a list through a table
/// of all connections: so who goes away leaves at once, and no gap behind.
struct VerificationLane: ~Copyable {
    private var places: FixedArray<Place>
    private var first = Self.nobody
    private var last = Self.nobody
    private(set) var count = 0
    private let capacity: Int
    private let budgetMicroseconds: UInt32
    private var spentMicroseconds: UInt32 = 0
    /// How much may be spent in this pass.
    private var allowedMicroseconds: UInt32 = 0
    /// How many were put off in this pass.
    private var putOffCount: UInt64 = 0

    // Not private: the debug compiler fails on a private element of a noncopyable container.
    /// A connection's place, by its slot.
    struct Place {
        var isTaken = false
        var generation: UInt32 = 0
        var priceMicroseconds: UInt32 = 0
        /// The slots of those before and behind it.
        var previous = VerificationLane.nobody
        var next = VerificationLane.nobody
    }

    fileprivate static let nobody = -1

    /// A token whose check costs no more is verified in place: to put it off would cost as much.
    static let cheapMicroseconds: UInt32 = 5
    /// A request takes some five microseconds: of their time, others leave a tenth.
    private static let requestsForMicrosecond: UInt64 = 2

    /// Room for `capacity` of the shard's connections, and what their tokens may cost in a pass, in microseconds.
    init(capacity: Int, connections: Int, budgetMicroseconds: UInt32) {
        places = FixedArray(count: connections) { _ in Place() }
        self.capacity = capacity
        self.budgetMicroseconds = budgetMicroseconds
    }

    var isFull: Bool { count >= capacity }

    /// A pass begins, with a budget of its own.
    mutating func beginPass() {
        spentMicroseconds = 0
        putOffCount = 0
    }

    /// Puts a connection, which is not in it, at the end. There must be room.
    mutating func append(_ connection: ConnectionID, priceMicroseconds: UInt32) {
        let slot = connection.slot
        precondition(!isFull && !places[slot].isTaken, "the lane has no room, or the connection waits already")
        places[slot] = Place(
            isTaken: true, generation: connection.generation, priceMicroseconds: priceMicroseconds, previous: last)
        if last == Self.nobody { first = slot } else { places[last].next = slot }
        last = slot
        count += 1
        putOffCount += 1
    }

    /// Takes the connection that has waited longest; nil when none waits, or what it brings doesn't fit into this pass.
    /// One always fits: else the dearest would never have their turn.
    ///
    /// - Parameter requests: how many the pass has had until now, those included that were put off.
    mutating func next(after requests: UInt64) -> ConnectionID? {
        let slot = first
        guard slot != Self.nobody else { return nil }
        if spentMicroseconds == 0 { allowedMicroseconds = allowance(beside: requests - min(requests, putOffCount)) }
        let (spent, overflows) = spentMicroseconds.addingReportingOverflow(places[slot].priceMicroseconds)
        guard spentMicroseconds == 0 || !overflows && spent <= allowedMicroseconds else { return nil }
        spentMicroseconds = overflows ? .max : spent
        remove(slot: slot)
        return ConnectionID(slot: slot, generation: places[slot].generation)
    }

    private func allowance(beside others: UInt64) -> UInt32 {
        guard others > 0 else { return budgetMicroseconds }
        return UInt32(clamping: min(UInt64(budgetMicroseconds), others / Self.requestsForMicrosecond))
    }

    /// Forgets a connection, which may have gone: its slot is somebody else's then. O(1).
    mutating func remove(slot: Int) {
        guard places[slot].isTaken else { return }
        let (previous, next) = (places[slot].previous, places[slot].next)
        if previous == Self.nobody { first = next } else { places[previous].next = next }
        if next == Self.nobody { last = previous } else { places[next].previous = previous }
        places[slot].isTaken = false
        count -= 1
    }
}
