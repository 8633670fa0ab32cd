import Bytes

@testable import Reactor

/// A protocol that is easy to check: every line is answered, in order, by the same line in brackets.
///
/// `bye` is answered and ends the connection; `big` is answered by a long line. Half of a line waits for its rest.
/// What begins with `later` is answered once `finishWork` says so, and holds up what its client sends after it. What
/// begins with `slow` is put off to the end of the pass, where there is time for two such lines.
final class LineService: ConnectionService {
    static let bigAnswer = [UInt8](repeating: 0x78, count: 3000)
    static let outputFullBytes = 4000
    static let idleNanoseconds: UInt64 = 60_000_000_000
    static let lineNanoseconds: UInt64 = 5_000_000_000
    static let workNanoseconds: UInt64 = 30_000_000_000
    static let slowLinesOfPass = 2

    /// A line whose answer is made elsewhere.
    struct Work {
        let connection: ConnectionID
        let line: String
    }

    var nowNanoseconds: UInt64 = 0
    var opened: Set<Int> = []
    /// Slots whose client has sent half a line.
    var reading: Set<Int> = []
    /// Slots whose client waits for an answer that is made elsewhere.
    var waiting: Set<Int> = []
    /// Answers that are still being made; their connections may have gone meanwhile.
    var underway: [Work] = []
    /// Answers that are made, and that the shard has not fetched.
    var finished: [Work] = []
    private var announced: Work?
    /// Connections whose line was put off, in their order.
    private(set) var deferred: [ConnectionID] = []
    private var itsTurn: Set<Int> = []
    private var turnsOfPass = 0
    /// Nobody has a turn.
    var isHoldingBack = false
    /// The lines that were answered, as they were answered.
    private(set) var answeredLines: [String] = []
    /// How many answers came to their clients, and how many found nobody.
    private(set) var lateAnswers = (delivered: 0, dropped: 0)
    var isDraining = false
    /// How often the shard was told to look, and what it had counted by the last time.
    private(set) var refreshes = (count: 0, counters: ShardCounters())
    /// How many lines have come.
    private(set) var lines: UInt64 = 0
    private let whenOpened: @Sendable (PeerAddress) -> Void
    private let whenRefreshed: @Sendable () -> Void
    /// Calls that a shard must not make.
    var violations: [String] = []

    init(
        whenOpened: @escaping @Sendable (PeerAddress) -> Void = { _ in },
        whenRefreshed: @escaping @Sendable () -> Void = {}
    ) {
        self.whenOpened = whenOpened
        self.whenRefreshed = whenRefreshed
    }

    static func answer(to line: String) -> [UInt8] {
        line.hasSuffix("big") ? bigAnswer + Array("\n".utf8) : Array("[\(line)]\n".utf8)
    }

    func passBegan(_ time: PassTime) {
        if time.monotonicNanoseconds < nowNanoseconds { violations.append("time ran backwards") }
        nowNanoseconds = time.monotonicNanoseconds
        turnsOfPass = 0
    }

    func refuse(into output: inout ByteBuffer) { output.append("no room\n") }

    func opened(_ connection: ConnectionID, peer: PeerAddress, listener: Int) -> UInt64 {
        if !opened.insert(connection.slot).inserted { violations.append("a slot was opened twice") }
        whenOpened(peer)
        return nowNanoseconds + Self.lineNanoseconds
    }

    func received(_ connection: ConnectionID, _ bytes: RawSpan, _ output: inout ByteBuffer) -> Reception {
        if !opened.contains(connection.slot) { violations.append("bytes of a closed connection") }
        if waiting.contains(connection.slot) { violations.append("bytes before the answer was there") }
        if deferred.contains(connection) { violations.append("bytes before their turn") }
        var start = 0
        while let end = bytes.firstOffset(of: 0x0A, from: start) {
            if output.count >= Self.outputFullBytes { return reception(connection, start, .outputFull) }
            let line = String(bytes.extracting(start..<end))
            if line.hasPrefix("slow") && itsTurn.remove(connection.slot) == nil {
                deferred.append(connection)
                return reception(connection, start, .deferred)
            }
            lines += 1
            start = end + 1
            if line.hasPrefix("later") {
                waiting.insert(connection.slot)
                underway.append(Work(connection: connection, line: line))
                return reception(connection, start, .waiting)
            }
            answeredLines.append(line)
            output.append(Self.answer(to: line).span.raw)
            if line == "bye" || isDraining { return reception(connection, start, .close) }
        }
        return reception(connection, start, start == bytes.byteCount ? .idle : .reading)
    }

    /// The answer to the work at `index` is there; the shard fetches it when its mailbox is rung.
    func finishWork(at index: Int) { finished.append(underway.remove(at: index)) }

    func nextAnswered() -> ConnectionID? {
        if announced.take() != nil { lateAnswers.dropped += 1 }
        guard !finished.isEmpty else { return nil }
        announced = finished.removeFirst()
        return announced?.connection
    }

    func answered(_ connection: ConnectionID, _ output: inout ByteBuffer) -> Reception {
        guard let work = announced.take(), work.connection == connection else {
            violations.append("an answer that nobody made")
            return reception(connection, 0, .close)
        }
        if waiting.remove(connection.slot) == nil { violations.append("an answer that nobody waits for") }
        lateAnswers.delivered += 1
        output.append(Self.answer(to: work.line).span.raw)
        return reception(connection, 0, isDraining ? .close : .idle)
    }

    func nextDeferred() -> ConnectionID? {
        guard !deferred.isEmpty, !isHoldingBack, turnsOfPass < Self.slowLinesOfPass else { return nil }
        turnsOfPass += 1
        let connection = deferred.removeFirst()
        itsTurn.insert(connection.slot)
        return connection
    }

    func expired(_ connection: ConnectionID, _ output: inout ByteBuffer) {
        if reading.contains(connection.slot) || waiting.contains(connection.slot) { output.append("timeout\n") }
    }

    func closed(_ connection: ConnectionID) {
        if opened.remove(connection.slot) == nil { violations.append("a slot was closed twice") }
        reading.remove(connection.slot)
        waiting.remove(connection.slot)
        deferred.removeAll { $0 == connection }
        itsTurn.remove(connection.slot)
    }

    func drainBegan() { isDraining = true }

    func refresh(_ counters: ShardCounters) {
        refreshes = (refreshes.count + 1, counters)
        whenRefreshed()
    }

    func ended(_ counters: inout ShardCounters) { counters.requests = lines }

    private func reception(_ connection: ConnectionID, _ consumed: Int, _ next: Reception.Next) -> Reception {
        if next == .reading { reading.insert(connection.slot) } else { reading.remove(connection.slot) }
        let patience =
            switch next {
            case .reading: Self.lineNanoseconds
            case .waiting, .deferred: Self.workNanoseconds
            default: Self.idleNanoseconds
            }
        return Reception(consumed: consumed, next: next, deadlineNanoseconds: nowNanoseconds + patience)
    }
}
