internal import Bytes

/// The primes that no modulus of RSA may have for a factor: it would be found in no time.
enum SmallPrimes {
    /// All of them below 2^16.
    ///
    /// OpenSSL's own check goes to 751 only; a factor beyond is found or missed by its random test for primes, so that a key
    /// would be taken at one time and refused at another.
    private static let all: [UInt32] = {
        var isComposite = [Bool](repeating: false, count: 1 << 16)
        var primes: [UInt32] = []
        for number in 2..<isComposite.count where !isComposite[number] {
            primes.append(UInt32(number))
            for multiple in stride(from: 2 * number, to: isComposite.count, by: number) { isComposite[multiple] = true }
        }
        return primes
    }()

    /// Whether one of them divides a number, in big-endian bytes. About 2 ms for 2048 bits.
    static func divide(_ number: RawSpan) -> Bool { all.contains { number.remainder(by: $0) == 0 } }
}

extension RawSpan {
    /// The remainder of these bytes, as a big-endian number, divided by `divisor`. O(n).
    func remainder(by divisor: UInt32) -> UInt32 {
        var remainder: UInt64 = 0
        var offset = 0
        while offset < byteCount & 3 {
            remainder = (remainder << 8 | UInt64(self[offset])) % UInt64(divisor)
            offset += 1
        }
        while offset < byteCount {
            let word = self.word(at: offset, as: UInt32.self).bigEndian
            remainder = (remainder << 32 | UInt64(word)) % UInt64(divisor)
            offset += 4
        }
        return UInt32(remainder)
    }
}
