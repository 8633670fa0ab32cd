import Bytes
import Foundation
import TestSupport
import Testing

@testable import Ringfort

@Suite("A client's address in the log")
struct LogClientTests {
    @Test(
        "is written as RFC 5952 has it",
        arguments: [
            (0, 0, "::"), (0, 1, "::1"), (1 << 48, 0, "1::"), (0x2001_0DB8_0000_0000, 1, "2001:db8::1"),
            (0x2001_0DB8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
            (0x2001_0000_0000_0001, 1, "2001:0:0:1::1"),
            (0x2001_0DB8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1"),
            (0xFE80_0000_0000_0000, 0xABCD_EF01_2345_6789, "fe80::abcd:ef01:2345:6789"),
        ] as [(UInt64, UInt64, String)]
    )
    func ipv6(high: UInt64, low: UInt64, text: String) {
        #expect(Self.text(LogClient(ipv6High: high, low: low)) == text)
    }

    @Test("is written as the system writes it", arguments: 0..<300)
    func agreesWithSystem(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var groups: [UInt16] = (0..<8).map { _ in
            Bool.random(using: &random) ? 0 : UInt16(truncatingIfNeeded: random.next() >> (random.next() % 64))
        }
        // The system writes addresses that hold an IPv4 address in another way; a peer's address is never one of them.
        groups[0] |= 1
        var address = in6_addr()
        unsafe withUnsafeMutableBytes(of: &address) { bytes in
            for (index, group) in groups.enumerated() {
                unsafe bytes[index * 2] = UInt8(group >> 8)
                unsafe bytes[index * 2 + 1] = UInt8(truncatingIfNeeded: group)
            }
        }
        var text = [CChar](repeating: 0, count: 64)
        unsafe inet_ntop(AF_INET6, &address, &text, 64)
        let halves = [groups[0..<4], groups[4..<8]].map { $0.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
        let expected = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #expect(Self.text(LogClient(ipv6High: halves[0], low: halves[1])) == expected)
    }

    @Test(
        "is written with dots",
        arguments: [(0, "0.0.0.0"), (0x7F00_0001, "127.0.0.1"), (UInt32.max, "255.255.255.255")]
    )
    func ipv4(address: UInt32, text: String) { #expect(Self.text(LogClient(ipv4: address)) == text) }

    private static func text(_ client: LogClient) -> String {
        var buffer = ByteBuffer(capacity: 64)
        client.write(into: &buffer)
        return String(buffer.bytes)
    }
}
