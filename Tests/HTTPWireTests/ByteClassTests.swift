import Testing

@testable import HTTPWire

/// Each byte at each place of a head, at every distance from a vector's edge, against the grammar spelled out.
@Suite("Every byte value")
struct ByteClassTests {
    private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    private static let digits = "0123456789"
    private static let token = Set((letters + digits + "!#$%&'*+-.^_`|~").utf8)
    private static let visible = Set(UInt8(0x21)...0x7E)

    @Test("is told apart in a method")
    func method() {
        for byte in UInt8.min...UInt8.max where byte != 0x20 {
            for padding in 0..<18 {
                let text =
                    String(repeating: "M", count: padding).bytes + [byte] + "M / HTTP/1.1\r\nHost: h\r\n\r\n".bytes
                let expected: WireError? =
                    Self.token.contains(byte) ? nil : byte == 0x0A ? .bareLineFeed : .malformedRequestLine
                if padding == 0, byte == 0x0D {
                    #expect(fault(of: text) == .bareCarriageReturn)
                } else {
                    #expect(fault(of: text) == expected, "\(byte) after \(padding)")
                }
            }
        }
    }

    @Test("is told apart in a path and in a query", arguments: ["/", "/?"])
    func target(start: String) {
        for byte in UInt8.min...UInt8.max where byte != 0x20 {
            for padding in 0..<18 {
                let before = "GET \(start)\(String(repeating: "p", count: padding))"
                let text = before.bytes + [byte] + "p HTTP/1.1\r\nHost: h\r\n\r\n".bytes
                let allowed = Self.visible.subtracting([0x23])
                let expected: WireError? =
                    switch byte {
                    case 0x0A: .bareLineFeed
                    case 0x09, 0x0D: .malformedRequestLine
                    default: allowed.contains(byte) ? nil : .malformedTarget
                    }
                #expect(fault(of: text) == expected, "\(byte) after \(padding)")
            }
        }
    }

    @Test("is told apart in a header's name")
    func name() {
        for byte in UInt8.min...UInt8.max where byte != 0x3A {
            for padding in 1..<18 {
                let before = "GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "n", count: padding))"
                let text = before.bytes + [byte] + "n: v\r\n\r\n".bytes
                let expected: WireError? =
                    Self.token.contains(byte) ? nil : byte == 0x0A ? .bareLineFeed : .malformedHeaderName
                #expect(fault(of: text) == expected, "\(byte) after \(padding)")
            }
        }
    }

    @Test("is told apart in a header's value")
    func value() {
        for byte in UInt8.min...UInt8.max {
            for padding in 0..<18 {
                let before = "GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "v", count: padding))"
                let text = before.bytes + [byte] + "v\r\n\r\n".bytes
                let expected: WireError? =
                    switch byte {
                    case 0x0A: .bareLineFeed
                    case 0x0D: .bareCarriageReturn
                    case 0x09, 0x20...0x7E, 0x80...0xFF: nil
                    default: .malformedHeaderValue
                    }
                #expect(fault(of: text) == expected, "\(byte) after \(padding)")
            }
        }
    }

    @Test("is told apart in a host")
    func host() {
        let allowed = Set((Self.letters + Self.digits + "-._~!$&'()*+,;=").utf8)
        for byte in UInt8.min...UInt8.max where ![0x09, 0x0A, 0x0D, 0x20, 0x3A].contains(byte) {
            for padding in 1..<18 {
                let before = "GET / HTTP/1.1\r\nHost: \(String(repeating: "h", count: padding))"
                let text = before.bytes + [byte] + "h\r\n\r\n".bytes
                let expected: WireError? =
                    allowed.contains(byte)
                    ? nil : byte < 0x20 || byte == 0x7F ? .malformedHeaderValue : .malformedHost
                #expect(fault(of: text) == expected, "\(byte) after \(padding)")
            }
        }
    }
}
