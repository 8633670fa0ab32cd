internal import Bytes

/// A piece of a program's text.
struct TextRange: BitwiseCopyable, Sendable {
    let offset: UInt32
    let length: UInt32

    init(_ range: Range<Int>) {
        offset = UInt32(truncatingIfNeeded: range.lowerBound)
        length = UInt32(truncatingIfNeeded: range.count)
    }

    @inline(__always)
    var range: Range<Int> { Int(offset)..<Int(offset) &+ Int(length) }
}

/// A piece of one of a program's tables.
struct TableRange: BitwiseCopyable, Sendable {
    let start: UInt32
    let count: UInt32

    init(start: Int, count: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.count = UInt32(truncatingIfNeeded: count)
    }

    static let none = TableRange(start: 0, count: 0)

    @inline(__always)
    var indices: Range<Int> { Int(start)..<Int(start) &+ Int(count) }
    @inline(__always)
    var isEmpty: Bool { count == 0 }
}

extension ByteBuffer {
    /// Appends a copy of `string`, and returns where it stands.
    mutating func place(_ string: String) -> TextRange {
        let start = count
        append(string)
        return TextRange(start..<count)
    }
}
