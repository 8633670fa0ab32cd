internal import Bytes

/// Walks over the words of an entry, block by block.
struct WordCursor {
    /// The blocks that were not begun.
    private var blocks: UInt64
    private var next = 0
    private var end = 0

    init(_ blocks: UInt64) { self.blocks = blocks }

    /// The places of the next words that lie side by side, `most` at most. The blocks must not be used up; anything else
    /// traps.
    @inline(__always)
    mutating func run(_ most: Int) -> Range<Int> {
        if next == end {
            precondition(blocks != 0, "an entry is longer than its blocks")
            next = CacheMemory.firstBlockOffset &+ blocks.trailingZeroBitCount &* CacheMemory.wordsInBlock
            end = next &+ CacheMemory.wordsInBlock
            blocks &= blocks &- 1
        }
        let start = next
        next = min(start &+ most, end)
        return start..<next
    }
}

extension RawSpan {
    /// How many words hold the bytes.
    @inline(__always)
    var wordCount: Int { (byteCount &+ 7) / 8 }

    /// The bytes from `offset`, at most eight of them, in a word with zeros behind them. The span must have eight.
    @inline(__always)
    func paddedWord(at offset: Int) -> UInt64 {
        let missing = offset &+ 8 &- byteCount
        guard missing > 0 else { return word(at: offset, as: UInt64.self) }
        return word(at: byteCount &- 8, as: UInt64.self) &>> UInt64(missing &* 8)
    }
}
