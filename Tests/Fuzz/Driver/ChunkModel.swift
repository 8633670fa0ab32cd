import Bytes

/// A body in chunks as a reader sees it who cuts it at line feeds first, and asks what a line may hold afterwards
/// (RFC 9112 section 7.1). Where this reader and the decoder differ, one could be made to see another request.
struct ChunkModel: ~Copyable {
    private(set) var isComplete = false
    /// How long the message is; meaningless unless it is complete.
    private(set) var byteCount = 0
    private(set) var content = ByteBuffer(capacity: 64)

    init(of bytes: RawSpan) {
        while true {
            guard let line = bytes.line(from: byteCount), let size = line.chunkSize else { return }
            byteCount += line.byteCount + 2
            if size == 0 { break }
            guard size <= UInt64(bytes.byteCount - byteCount) else { return }
            content.append(bytes.extracting(byteCount..<byteCount + Int(size)))
            byteCount += Int(size)
            guard let end = bytes.line(from: byteCount), end.byteCount == 0 else { return }
            byteCount += 2
        }
        while let line = bytes.line(from: byteCount) {
            byteCount += line.byteCount + 2
            guard line.byteCount > 0 else {
                isComplete = true
                return
            }
            guard line.isTrailer else { return }
        }
    }
}

extension RawSpan {
    /// What stands from `start` to the next CRLF, or nil where no line feed comes, or another one than of a CRLF.
    @_lifetime(copy self)
    fileprivate func line(from start: Int) -> RawSpan? {
        guard let lineFeed = firstOffset(of: 0x0A, from: start), lineFeed > start, self[lineFeed - 1] == 0x0D else {
            return nil
        }
        return extracting(start..<lineFeed - 1)
    }

    /// The size that a chunk's first line names, if the line is right.
    fileprivate var chunkSize: UInt64? {
        var digits = 0
        var size: UInt64 = 0
        while digits < byteCount, let digit = self[digits].hexDigitValue {
            guard digits < 16 else { return nil }
            size = size << 4 | UInt64(digit)
            digits += 1
        }
        return digits > 0 && extracting(droppingFirst: digits).isChunkExtension ? size : nil
    }

    /// Nothing, or a semicolon, perhaps behind white space, and then anything in which every quote is closed again.
    private var isChunkExtension: Bool {
        guard byteCount > 0 else { return true }
        var offset = 0
        while offset < byteCount, self[offset].isBlank { offset += 1 }
        guard offset < byteCount, self[offset] == 0x3B else { return false }
        var isQuoted = false
        while offset < byteCount {
            guard self[offset].isText else { return false }
            if self[offset] == 0x22 { isQuoted.toggle() }
            // In quotes, a backslash takes the next byte with it.
            if self[offset] == 0x5C, isQuoted {
                offset += 1
                guard offset < byteCount, self[offset].isText else { return false }
            }
            offset += 1
        }
        return !isQuoted
    }

    fileprivate var isTrailer: Bool {
        guard let colon = firstOffset(of: 0x3A), colon > 0 else { return false }
        return extracting(first: colon).consists { $0.isToken }
            && extracting(droppingFirst: colon).consists { $0.isText }
    }
}
