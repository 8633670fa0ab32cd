import Bytes
import Synchronization

/// A shard's end of its log ring. It neither waits, nor allocates, nor formats: it copies.
///
/// Noncopyable: a ring has one producer, and this is its state.
struct LogProducer: ~Copyable, Sendable {
    private let ring: LogRing
    private let doorbell: LogDoorbell
    private var position = 0
    /// The consumer's position when it was last looked at; the real one is never behind it.
    private var knownRead = 0

    /// The producer of `ring`, which must not have one yet.
    init(_ ring: LogRing, doorbell: LogDoorbell) {
        ring.claimProducer()
        self.ring = ring
        self.doorbell = doorbell
    }

    /// Leaves a record, or drops it and counts that when the ring is full. O(bytes of the texts).
    ///
    /// None of the texts may be a secret. The path is the canonical path, without the query.
    mutating func append(
        _ record: AccessRecord,
        path: RawSpan = RawSpan(),
        subject: RawSpan = RawSpan(),
        offeredCorrelationID: RawSpan = RawSpan(),
        reason: RawSpan = RawSpan(),
        detail: RawSpan = RawSpan(),
        issuer: RawSpan = RawSpan(),
        tokenID: RawSpan = RawSpan(),
        keyID: RawSpan = RawSpan()
    ) {
        let shownPath = path.cut(to: LogTextLimits.path)
        let subject = subject.cut(to: LogTextLimits.subject)
        let offered = offeredCorrelationID.cut(to: LogTextLimits.offeredCorrelationID)
        let reason = reason.cut(to: LogTextLimits.reason)
        let detail = detail.cut(to: LogTextLimits.detail)
        let issuer = issuer.cut(to: LogTextLimits.issuer)
        let tokenID = tokenID.cut(to: LogTextLimits.tokenID)
        let keyID = keyID.cut(to: LogTextLimits.keyID)
        let texts =
            shownPath.byteCount + subject.byteCount + offered.byteCount + reason.byteCount + detail.byteCount
            + issuer.byteCount + tokenID.byteCount + keyID.byteCount
        let needed = LogFrame.byteCount(texts: texts)
        guard let offset = reserve(needed) else {
            ring.dropped.wrappingAdd(1, ordering: .relaxed)
            return
        }

        let frame = LogFrame(
            byteCount: UInt32(needed), wholePathLength: UInt16(clamping: path.byteCount),
            pathLength: UInt16(shownPath.byteCount), subjectLength: UInt8(subject.byteCount),
            offeredLength: UInt8(offered.byteCount), reasonLength: UInt8(reason.byteCount),
            detailLength: UInt8(detail.byteCount), issuerLength: UInt8(issuer.byteCount),
            tokenIDLength: UInt8(tokenID.byteCount), keyIDLength: UInt8(keyID.byteCount)
        )
        ring.store(frame, at: offset)
        ring.store(record, at: offset + LogFrame.recordOffset)
        var end = offset + LogFrame.textOffset
        store(shownPath, at: &end)
        store(subject, at: &end)
        store(offered, at: &end)
        store(reason, at: &end)
        store(detail, at: &end)
        store(issuer, at: &end)
        store(tokenID, at: &end)
        store(keyID, at: &end)
        publish()
    }

    /// Finds a piece of `needed` bytes, moves the position behind it, and gives its offset; nil when the ring is full.
    private mutating func reserve(_ needed: Int) -> Int? {
        let offset = position & (ring.capacity - 1)
        let rest = ring.capacity - offset
        let total = needed <= rest ? needed : rest + needed
        if position + total - knownRead > ring.capacity {
            knownRead = ring.read.load(ordering: .acquiring)
            guard position + total - knownRead <= ring.capacity else { return nil }
        }
        position += total
        guard needed > rest else { return offset }
        // A size of 0 tells the consumer to go on at the start.
        ring.store(UInt32(0), at: offset)
        return 0
    }

    private func store(_ text: RawSpan, at offset: inout Int) {
        ring.store(text, at: offset)
        offset += text.byteCount
    }

    private mutating func publish() {
        ring.written.store(position, ordering: .releasing)
        // The log's thread looks by itself every now and then. Only a ring that fills up faster than that wakes it, so
        // that under load the system call comes once in thousands of records.
        guard position - knownRead > ring.capacity / 2 else { return }
        knownRead = ring.read.load(ordering: .acquiring)
        if position - knownRead > ring.capacity / 2 { doorbell.ring() }
    }
}

extension RawSpan {
    @_lifetime(copy self)
    fileprivate func cut(to limit: Int) -> RawSpan { byteCount <= limit ? self : extracting(first: limit) }
}
