import Bytes
import HTTPWire

/// The name of one state of an object (RFC 9110 section 8.8.3): a strong one, made of a number that grows with each change.
public struct EntityTag: Sendable, Equatable {
    let version: Int64

    /// The tag of a version; `"3"`.
    public init(version: Int64) { self.version = version }

    /// Appends the tag as headers have it, with its quotes.
    func write(into buffer: inout ByteBuffer) {
        buffer.append(0x22)
        buffer.append(decimal: version)
        buffer.append(0x22)
    }
}

extension ResponseWriter {
    /// Tells the client the state of what it gets, or of what it has changed: `ETag`.
    public mutating func append(_ tag: EntityTag) { headers.append(.eTag) { tag.write(into: &$0) } }

    /// Answers 304: the client has what it would get.
    public mutating func notModified() {
        status = .notModified
        mediaType = nil
        body.removeAll()
    }
}

extension Request {
    /// For a GET: whether the client has this state already and is to be answered 304 (`If-None-Match`).
    ///
    /// - Throws: 412 when it wanted another one (`If-Match`), 400 when a condition can't be read.
    public func isNotModified(_ current: EntityTag) throws(Problem) -> Bool {
        if try matches(.ifMatch, current, weakly: false) == false { throw .preconditionFailed }
        return try matches(.ifNoneMatch, current, weakly: true) == true
    }

    /// For a change: passes when the state is one that the client wants to change (RFC 9110 section 13.2.2).
    ///
    /// To be called when it is clear that the client may change it. What is checked must still be the state when the change
    /// is made.
    /// - Throws: 412 when it is not (`If-Match`, `If-None-Match`), 400 when a condition can't be read.
    public func requireMatch(_ current: EntityTag) throws(Problem) {
        if try isNotModified(current) { throw .preconditionFailed }
    }

    /// Whether a condition names this state; nil when there is no such condition.
    ///
    /// - Parameter weakly: whether a weak tag counts. `If-Match` asks for the strong comparison (section 13.1.1).
    private func matches(_ name: KnownHeader, _ current: EntityTag, weakly: Bool) throws(Problem) -> Bool? {
        guard head[0].count(of: name) > 0 else { return nil }
        var tag = ByteBuffer(capacity: 32)
        current.write(into: &tag)
        var isFound = false
        for index in 0..<head[0].headerCount where head[0].header(index).known == name {
            let list = headBytes.extracting(head[0].header(index).value)
            if try list.namesEntity(tag.bytes, weakly: weakly) { isFound = true }
        }
        return isFound
    }
}

extension RawSpan {
    /// Whether a list of entity tags has this one, or is `*`.
    ///
    /// - Throws: 400 when it is neither.
    fileprivate func namesEntity(_ tag: RawSpan, weakly: Bool) throws(Problem) -> Bool {
        if equals("*") { return true }
        var (offset, isFound) = (0, false)
        while let start = firstOffset(from: offset, isSeparator: false) {
            let isWeak = extracting(droppingFirst: start).starts(with: "W/")
            let opening = isWeak ? start + 2 : start
            guard opening < byteCount, self[opening] == 0x22, let closing = firstOffset(of: 0x22, from: opening + 1),
                extracting(opening + 1..<closing).isEntityText
            else { throw .malformedPrecondition }
            offset = closing + 1
            guard offset == byteCount || self[offset].separatesElements else { throw .malformedPrecondition }
            if weakly || !isWeak, extracting(opening..<offset).equals(tag) { isFound = true }
        }
        return isFound
    }

    /// The first byte at or after `offset` that separates elements of a list, or does not.
    private func firstOffset(from offset: Int, isSeparator: Bool) -> Int? {
        (offset..<byteCount).first { self[$0].separatesElements == isSeparator }
    }

    private var isEntityText: Bool { (0..<byteCount).allSatisfy { self[$0] > 0x20 && self[$0] != 0x7F } }
}

extension UInt8 {
    /// Whether it may stand between two elements of a list (RFC 9110 section 5.6.1).
    fileprivate var separatesElements: Bool { self == 0x2C || self == 0x20 || self == 0x09 }
}

extension HeaderName {
    fileprivate static let eTag = HeaderName("ETag")
}

extension Problem {
    fileprivate static let malformedPrecondition = Problem.badRequest(
        reason: "malformed_precondition", explanation: "If-Match or If-None-Match is no list of entity tags.")
}
