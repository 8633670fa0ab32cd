import Bytes
import Reactor

/// A client's address as a record holds it.
struct LogClient: BitwiseCopyable, Sendable {
    private let high: UInt64
    private let low: UInt64
    /// 4 or 6; an integer, so that every bit pattern of a record is a value.
    private let version: UInt8

    /// An IPv4 address in host byte order.
    init(ipv4 address: UInt32) {
        high = 0
        low = UInt64(address)
        version = 4
    }

    /// An IPv6 address as two halves in host byte order.
    init(ipv6High high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        version = 6
    }

    /// The address of a connection's peer.
    init(_ peer: PeerAddress) {
        switch peer.family {
        case .ipv4: self.init(ipv4: UInt32(truncatingIfNeeded: peer.low))
        case .ipv6: self.init(ipv6High: peer.high, low: peer.low)
        }
    }

    /// Appends the address: `192.0.2.1`, or `2001:db8::1` as RFC 5952 section 4 spells it.
    func write(into buffer: inout ByteBuffer) {
        if version == 6 { writeIPv6(into: &buffer) } else { writeIPv4(into: &buffer) }
    }

    private func writeIPv4(into buffer: inout ByteBuffer) {
        for shift in stride(from: 24, through: 0, by: -8) {
            buffer.append(decimal: low >> UInt64(shift) & 0xFF)
            if shift > 0 { buffer.append(0x2E) }
        }
    }

    private func writeIPv6(into buffer: inout ByteBuffer) {
        let zeros = longestZeroRun()
        var index = 0
        while index < 8 {
            if index == zeros.lowerBound && !zeros.isEmpty {
                buffer.append("::")
                index = zeros.upperBound
            } else {
                if index > 0 && index != zeros.upperBound { buffer.append(0x3A) }
                writeHexadecimal(group(index), into: &buffer)
                index += 1
            }
        }
    }

    /// The groups that `::` stands for: the first of the longest runs of two or more zeros.
    private func longestZeroRun() -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0..<8 {
            if group(index) != 0 {
                start = index + 1
            } else if index + 1 - start > max(longest.count, 1) {
                longest = start..<index + 1
            }
        }
        return longest
    }

    private func group(_ index: Int) -> UInt16 {
        let half = index < 4 ? high : low
        return UInt16(truncatingIfNeeded: half >> UInt64((3 - index % 4) * 16))
    }

    private func writeHexadecimal(_ group: UInt16, into buffer: inout ByteBuffer) {
        var isLeading = true
        for shift in stride(from: UInt16(12), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: group >> shift & 0xF)
            isLeading = isLeading && digit == 0 && shift > 0
            if !isLeading { buffer.append(digit < 10 ? digit + 0x30 : digit + 0x57) }
        }
    }
}
