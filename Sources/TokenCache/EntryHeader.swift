internal import Bytes
internal import Tokens

/// What stands before an entry's token and claims: how long these are, and the claims' table.
struct EntryHeader {
    /// The lengths, and behind them the table as its bytes are. Not to be believed before its set's number has been read
    /// again.
    var words = InlineArray<17, UInt64>(repeating: 0)

    static let wordCount = 17

    init() {}

    init(tokenByteCount: Int, _ table: ClaimsTable) {
        precondition(MemoryLayout<ClaimsTable>.size <= (Self.wordCount - 1) * 8, "a table has outgrown its place")
        words[0] = UInt64(tokenByteCount) | UInt64(table.byteCount) << 16
        var words = words
        var span = words.mutableSpan
        // SAFETY: integers have no padding, and the table, which is plain bytes, fits behind the first (asserted above).
        var bytes = unsafe span.mutableBytes
        bytes.storeBytes(of: table, toByteOffset: 8, as: ClaimsTable.self)
        self.words = words
    }

    var tokenByteCount: Int { Int(words[0] & 0xFFFF) }
    var claimsByteCount: Int { Int(words[0] &>> 16 & 0xFFFF) }

    /// The table; only of words that a writer has made whole.
    var table: ClaimsTable {
        // SAFETY: integers have no padding; these are the bytes of a table, as `init` has written them: the set's number has not changed meanwhile.
        return unsafe words.span.bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: ClaimsTable.self)
    }

    /// How many words an entry takes.
    static func wordCount(token: RawSpan, claims: RawSpan) -> Int { wordCount + token.wordCount + claims.wordCount }
}
