import Reactor
import Synchronization

/// What the shards and those who direct them have in common: the snapshot in force, and what each shard has said of itself
/// when it was asked last. No request looks at it.
final class ShardBoard: Sendable {
    private struct Seat {
        /// The question that the shard has answered last.
        var round: UInt64 = 0
        var counters = ShardCounters()
    }

    private struct State {
        var snapshot: Snapshot
        var round: UInt64 = 0
        var seats: [Seat]
    }

    private let state: Mutex<State>
    private let mailboxes: [ShardMailbox]
    /// One question at a time.
    private let turn = Mutex(())
    /// Posted with every answer.
    private let answers = Semaphore()

    /// A board for the shards that listen to these mailboxes, at least one. The last of them passes questions on.
    init(_ snapshot: Snapshot, _ mailboxes: [ShardMailbox]) {
        precondition(!mailboxes.isEmpty, "a server has shards")
        state = Mutex(State(snapshot: snapshot, seats: mailboxes.map { _ in Seat() }))
        self.mailboxes = mailboxes
    }

    /// The snapshot in force.
    var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// Puts a snapshot into force: when this returns, every shard goes by it. Says which shards have not said so in time;
    /// these do as soon as they look at anything.
    func replace(_ snapshot: Snapshot) -> [Int] {
        put(snapshot)
        return ask()
    }

    /// Leaves a snapshot for shards that look from now on.
    func put(_ snapshot: Snapshot) { state.withLock { $0.snapshot = snapshot } }

    /// What each shard has counted until now; of a shard that doesn't answer, what it had the last time.
    func counters() -> [ShardCounters] {
        _ = ask()
        return state.withLock { $0.seats.map(\.counters) }
    }

    /// A shard has been told to look: it says what it has counted, and gets the snapshot that it goes by from now on.
    func look(shard: Int, _ counters: ShardCounters) -> Snapshot {
        defer { answers.post() }
        return state.withLock { state in
            state.seats[shard] = Seat(round: state.round, counters: counters)
            return state.snapshot
        }
    }

    /// A shard has ended, with these counters: it needn't be waited for any more.
    func leave(shard: Int, _ counters: ShardCounters) {
        state.withLock { $0.seats[shard] = Seat(round: .max, counters: counters) }
        answers.post()
    }

    /// Has every shard look, and waits until all have. Returns those that have not.
    private func ask() -> [Int] {
        turn.withLock { _ in
            let round = state.withLock { state in
                state.round += 1
                return state.round
            }
            mailboxes[mailboxes.count - 1].post([.refresh, .passOn])
            guard !wait(for: round, milliseconds: Self.patienceMilliseconds) else { return [] }
            // Perhaps only the one is held up that was to pass it on.
            for shard in behind(round) { mailboxes[shard].post(.refresh) }
            return wait(for: round, milliseconds: Self.longestMilliseconds) ? [] : behind(round)
        }
    }

    private func behind(_ round: UInt64) -> [Int] {
        state.withLock { state in state.seats.indices.filter { state.seats[$0].round < round } }
    }

    private func wait(for round: UInt64, milliseconds: UInt64) -> Bool {
        let deadline = MonotonicClock.nowNanoseconds() + milliseconds * 1_000_000
        while !behind(round).isEmpty {
            let now = MonotonicClock.nowNanoseconds()
            guard now < deadline else { return false }
            answers.wait(nanoseconds: deadline - now)
        }
        return true
    }

    private static let patienceMilliseconds: UInt64 = 100
    private static let longestMilliseconds: UInt64 = 2_000
}

/// A shard's place at the board.
struct ShardSeat: Sendable {
    let board: ShardBoard
    let shard: Int
}
