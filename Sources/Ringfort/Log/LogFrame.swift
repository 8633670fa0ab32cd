/// What stands before a record in a ring: its size, and those of its texts, which follow the fixed part in this order.
struct LogFrame: BitwiseCopyable {
    /// All bytes of the record with this frame, a multiple of eight; 0 says that the rest of the memory is skipped.
    var byteCount: UInt32 = 0
    /// How long the path was before it was cut.
    var wholePathLength: UInt16 = 0
    var pathLength: UInt16 = 0
    var subjectLength: UInt8 = 0
    var offeredLength: UInt8 = 0
    var reasonLength: UInt8 = 0
    var detailLength: UInt8 = 0
    var issuerLength: UInt8 = 0
    var tokenIDLength: UInt8 = 0
    var keyIDLength: UInt8 = 0

    /// Where the fixed part begins.
    static let recordOffset = 16
    /// Where the texts begin.
    static let textOffset = recordOffset + (MemoryLayout<AccessRecord>.size + 7) & ~7

    /// The size of the largest record.
    static let largestByteCount = byteCount(
        texts: LogTextLimits.path + LogTextLimits.subject + LogTextLimits.offeredCorrelationID + LogTextLimits.reason
            + LogTextLimits.detail + LogTextLimits.issuer + LogTextLimits.tokenID + LogTextLimits.keyID
    )

    static func byteCount(texts: Int) -> Int { (textOffset + texts + 7) & ~7 }
}
