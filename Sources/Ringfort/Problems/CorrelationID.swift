public import Bytes

/// The name of one request, given to the client in a header and in problems, and to the log: 128 bits, written as 32
/// lower-case hexadecimal digits.
///
/// It is a name and no secret: nothing is granted to who knows it. So it must be unique and need not be unpredictable.
public struct CorrelationID: Sendable, Equatable, BitwiseCopyable {
    let high: UInt64
    let low: UInt64

    /// The two words, as a response encoder takes them.
    var words: (high: UInt64, low: UInt64) { (high, low) }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Appends the 32 digits.
    public func write(into buffer: inout ByteBuffer) {
        buffer.append(hex: high)
        buffer.append(hex: low)
    }

    /// Whether an id that a client offers may be logged beside ours: `^[A-Za-z0-9._-]{1,64}$`. O(n).
    ///
    /// It never replaces ours, or a client could make its requests look like another's.
    public static func acceptsOffered(_ id: RawSpan) -> Bool {
        guard id.byteCount >= 1 && id.byteCount <= longestOffered else { return false }
        for offset in 0..<id.byteCount {
            switch id[offset] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: continue
            default: return false
            }
        }
        return true
    }

    static let longestOffered = 64
}
