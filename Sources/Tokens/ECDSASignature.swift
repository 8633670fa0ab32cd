internal import Bytes

/// A signature of ECDSA as OpenSSL takes it: two numbers in DER (RFC 3279 section 2.2.3).
///
/// JOSE writes them as two fields of a fixed length instead (RFC 7518 section 3.4). Both ways here go over a fixed array.
struct ECDSASignature {
    // INVARIANT: the first `count` bytes are the encoding. The longest, of P-521, has 139.
    private var storage = InlineArray<144, UInt8>(repeating: 0)
    private var count = 0

    /// The encoding.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { storage.span.raw.extracting(0..<count) }
    }

    /// The signature whose fields are in `fields`; nil unless they have the curve's length and both numbers lie in
    /// [1, n−1]. O(1).
    init?(fields: RawSpan, curve: ECCurve, order: InlineArray<66, UInt8>) {
        let half = curve.coordinateBytes
        guard fields.byteCount == 2 &* half else { return nil }
        let (r, s) = (fields.extracting(0..<half), fields.extracting(half..<2 &* half))
        guard let rStart = Self.firstDigit(of: r, below: order), let sStart = Self.firstDigit(of: s, below: order)
        else {
            return nil
        }
        let (rCount, sCount) = (Self.encodedCount(r, from: rStart), Self.encodedCount(s, from: sStart))
        append(0x30)
        let contentCount = rCount &+ sCount &+ 4
        if contentCount >= 0x80 { append(0x81) }
        append(UInt8(truncatingIfNeeded: contentCount))
        append(r, from: rStart, count: rCount)
        append(s, from: sStart, count: sCount)
    }

    /// Where the first byte that is not zero stands, or nil when all are, or when the number is not below `order`.
    private static func firstDigit(of number: RawSpan, below order: InlineArray<66, UInt8>) -> Int? {
        var isBelow = false
        var offset = 0
        while !isBelow, offset < number.byteCount {
            guard number[offset] <= order[offset] else { return nil }
            isBelow = number[offset] < order[offset]
            offset &+= 1
        }
        guard isBelow else { return nil }
        return (0..<number.byteCount).first { number[$0] != 0 }
    }

    /// How long the number is with the zero in front that keeps it from being negative.
    private static func encodedCount(_ number: RawSpan, from start: Int) -> Int {
        number.byteCount &- start &+ (number[start] >= 0x80 ? 1 : 0)
    }

    private mutating func append(_ number: RawSpan, from start: Int, count: Int) {
        append(0x02)
        append(UInt8(truncatingIfNeeded: count))
        if count > number.byteCount &- start { append(0) }
        for offset in start..<number.byteCount { append(number[offset]) }
    }

    private mutating func append(_ byte: UInt8) {
        storage[count] = byte
        count &+= 1
    }
}

extension ECDSASignature {
    /// Appends the fields of the signature that OpenSSL encoded as `encoding`; false when that is no such encoding.
    static func append(fieldsOf encoding: RawSpan, curve: ECCurve, to buffer: inout ByteBuffer) -> Bool {
        let half = curve.coordinateBytes
        // Beyond 127 bytes the length has a byte of its own.
        var offset = encoding.byteCount > 0x82 ? 3 : 2
        var isWhole = true
        buffer.append(count: 2 &* half) { fields in
            for end in [half, 2 &* half] {
                guard isWhole, offset &+ 2 <= encoding.byteCount, encoding[offset] == 0x02 else {
                    isWhole = false
                    return
                }
                let count = Int(encoding[offset &+ 1])
                let start = offset &+ 2
                offset = start &+ count
                guard offset <= encoding.byteCount else {
                    isWhole = false
                    return
                }
                isWhole = copy(encoding.extracting(start..<offset), to: &fields, end: end, room: half)
            }
        }
        return isWhole && offset == encoding.byteCount
    }

    /// Copies a number so that it ends at `end`; false when it is longer than `room`.
    private static func copy(_ number: RawSpan, to fields: inout MutableRawSpan, end: Int, room: Int) -> Bool {
        let start = number.byteCount > 0 && number[0] == 0 ? 1 : 0
        let count = number.byteCount &- start
        guard count <= room else { return false }
        for offset in 0..<count {
            fields.storeBytes(of: number[start &+ offset], toByteOffset: end &- count &+ offset, as: UInt8.self)
        }
        return true
    }
}
