import Bytes

/// A record where it lies in its ring.
struct LogEntry: ~Escapable {
    let record: AccessRecord
    private let frame: LogFrame
    private let bytes: RawSpan

    /// Reads the record that a producer stored in `bytes`, all of it.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) {
        precondition(bytes.byteCount >= LogFrame.textOffset, "a record without its fixed part")
        self.bytes = bytes
        // SAFETY: in bounds by the precondition; the producer stored values of these types there, and they are made of
        // integers, of which every bit pattern is one.
        frame = unsafe bytes.unsafeLoadUnaligned(as: LogFrame.self)
        record = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: LogFrame.recordOffset, as: AccessRecord.self)
    }

    /// The path, or its beginning.
    var path: RawSpan {
        @_lifetime(copy self)
        get { text(behind: 0, frame.pathLength) }
    }

    /// How many bytes the whole path had, where only its beginning was kept.
    var wholePathLength: UInt16? { frame.wholePathLength == frame.pathLength ? nil : frame.wholePathLength }

    /// Who the credential says it is.
    var subject: RawSpan {
        @_lifetime(copy self)
        get { text(behind: Int(frame.pathLength), UInt16(frame.subjectLength)) }
    }

    /// The id that the client offered.
    var offeredCorrelationID: RawSpan {
        @_lifetime(copy self)
        get { text(behind: Int(frame.pathLength) + Int(frame.subjectLength), UInt16(frame.offeredLength)) }
    }

    /// Why there was a problem, as a name.
    var reason: RawSpan {
        @_lifetime(copy self)
        get {
            let start = Int(frame.pathLength) + Int(frame.subjectLength) + Int(frame.offeredLength)
            return text(behind: start, UInt16(frame.reasonLength))
        }
    }

    /// What else there is to say about the problem.
    var detail: RawSpan {
        @_lifetime(copy self)
        get {
            let start = Int(frame.pathLength) + Int(frame.subjectLength) + Int(frame.offeredLength)
            return text(behind: start + Int(frame.reasonLength), UInt16(frame.detailLength))
        }
    }

    /// Who made the token.
    var issuer: RawSpan {
        @_lifetime(copy self)
        get { text(behind: problemTextsEnd, UInt16(frame.issuerLength)) }
    }

    /// The name of the token itself.
    var tokenID: RawSpan {
        @_lifetime(copy self)
        get { text(behind: problemTextsEnd + Int(frame.issuerLength), UInt16(frame.tokenIDLength)) }
    }

    /// The name of the key that proved it.
    var keyID: RawSpan {
        @_lifetime(copy self)
        get {
            let start = problemTextsEnd + Int(frame.issuerLength) + Int(frame.tokenIDLength)
            return text(behind: start, UInt16(frame.keyIDLength))
        }
    }

    private var problemTextsEnd: Int {
        Int(frame.pathLength) + Int(frame.subjectLength) + Int(frame.offeredLength) + Int(frame.reasonLength)
            + Int(frame.detailLength)
    }

    @_lifetime(copy self)
    private func text(behind start: Int, _ length: UInt16) -> RawSpan {
        let offset = LogFrame.textOffset + start
        return bytes.extracting(offset..<offset + Int(length))
    }
}
