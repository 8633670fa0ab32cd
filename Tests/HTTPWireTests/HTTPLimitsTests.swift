import Bytes
import Testing

@testable import HTTPWire

@Suite("Limits on a head")
struct HTTPLimitsTests {
    @Test("are met exactly, and not passed by one byte")
    func exact() throws {
        let target = try HTTPLimits(targetBytes: 20)
        #expect(fault(of: "GET /\(text(19)) HTTP/1.1", "Host: h", limits: target) == nil)
        #expect(fault(of: "GET /\(text(20)) HTTP/1.1", "Host: h", limits: target) == .targetTooLong)
        #expect(fault(of: "GET /\(text(9))?\(text(9)) HTTP/1.1", "Host: h", limits: target) == nil)
        #expect(fault(of: "GET /\(text(9))?\(text(10)) HTTP/1.1", "Host: h", limits: target) == .targetTooLong)

        let header = try HTTPLimits(headerBytes: 40)
        #expect(fault(of: "GET / HTTP/1.1", "Host: h", "X: \(text(37))", limits: header) == nil)
        #expect(fault(of: "GET / HTTP/1.1", "Host: h", "X: \(text(38))", limits: header) == .headerTooLarge)
        #expect(fault(of: "GET / HTTP/1.1", "Host: h", "\(text(39)):", limits: header) == nil)
        #expect(fault(of: "GET / HTTP/1.1", "Host: h", "\(text(40)):", limits: header) == .headerTooLarge)
        #expect(fault(of: "GET / HTTP/1.1", "Host: h", "_\(text(40)):", limits: header) == .headerTooLarge)

        let headers = try HTTPLimits(headers: 3)
        #expect(fault(of: "GET / HTTP/1.1", "Host: h", "A: b", "C: d", limits: headers) == nil)
        #expect(fault(of: "GET / HTTP/1.1", "Host: h", "A: b", "C: d", "E: f", limits: headers) == .tooManyHeaders)

        let request = "GET / HTTP/1.1\r\nHost: h\r\nX: \(text(40))\r\n\r\n".bytes
        #expect(fault(of: request, limits: try HTTPLimits(headBytes: request.count)) == nil)
        #expect(fault(of: request, limits: try HTTPLimits(headBytes: request.count - 1)) == .headTooLarge)
    }

    @Test("are passed as soon as a head that is not whole has as many bytes as it may have")
    func early() throws {
        let limits = try HTTPLimits(headBytes: 64)
        let bytes = "GET /\(text(100)) HTTP/1.1\r\n".bytes
        var head = RequestHead()
        #expect(try head.parse(bytes.span.raw.extracting(first: 63), limits: limits) == .incomplete)
        #expect(throws: WireError.headTooLarge) {
            try head.parse(bytes.span.raw.extracting(first: 64), limits: limits)
        }
    }

    @Test("hold a method to 32 bytes")
    func method() {
        #expect(fault(of: "\(text(32)) / HTTP/1.1", "Host: h") == nil)
        #expect(fault(of: "\(text(33)) / HTTP/1.1", "Host: h") == .methodTooLong)
    }

    @Test("say the same however the bytes are split, and as early as they can")
    func fragmentation() throws {
        let limits = try HTTPLimits(headBytes: 200, headerBytes: 50, targetBytes: 30, headers: 4)
        let requests = [
            "GET /\(text(40)) HTTP/1.1\r\nHost: h\r\n\r\n", "GET /\(text(40))\u{0} HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX: \(text(60))\u{1}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX: \(text(47))\u{1}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\n\(text(60))\u{1}: y\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX_\(text(60)) : y\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX:\(String(repeating: " ", count: 60))\u{1}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nC: d\r\nE: f\r\n\u{1}: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "X: \(text(44))\r\n", count: 4) + "\u{1}\r\n\r\n",
            "\(text(40))\u{1} / HTTP/1.1\r\nHost: h\r\n\r\n",
        ]
        for request in requests {
            let bytes = request.bytes
            let whole = receive(bytes, splitAt: [], limits: limits)
            #expect(whole.exchanges.isEmpty && whole.end != .open)
            for split in HTTPWireTests.fragmentation(of: bytes.count) {
                #expect(receive(bytes, splitAt: split, limits: limits) == whole, "\(request) at \(split)")
            }
        }
    }

    @Test("may allow more headers than the table has room for at first")
    func growth() throws {
        let text = "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "X: y\r\n", count: 150) + "\r\n"
        #expect(fault(of: text.bytes) == .tooManyHeaders)
        #expect(fault(of: text.bytes, limits: try HTTPLimits(headers: 151)) == nil)
        #expect(fault(of: text.bytes, limits: try HTTPLimits(headers: 150)) == .tooManyHeaders)
    }

    @Test("that can't be kept are refused")
    func settings() {
        #expect(throws: HTTPLimitsError.headBytes) { try HTTPLimits(headBytes: 65_536) }
        #expect(throws: HTTPLimitsError.headBytes) { try HTTPLimits(headBytes: 63) }
        #expect(throws: HTTPLimitsError.headerBytes) { try HTTPLimits(headerBytes: 0) }
        #expect(throws: HTTPLimitsError.targetBytes) { try HTTPLimits(targetBytes: -1) }
        #expect(throws: HTTPLimitsError.headerBytes) { try HTTPLimits(headerBytes: .max) }
        #expect(throws: HTTPLimitsError.targetBytes) { try HTTPLimits(targetBytes: .max) }
        #expect(throws: HTTPLimitsError.headers) { try HTTPLimits(headers: 0) }
        #expect(throws: HTTPLimitsError.headers) { try HTTPLimits(headers: 1_001) }
        #expect(throws: HTTPLimitsError.chunkMetadataBytes) { try HTTPLimits(chunkMetadataBytes: -1) }
        #expect(throws: Never.self) {
            let limits = try HTTPLimits()
            #expect(limits == .standard)
        }
    }

    private func text(_ count: Int) -> String { String(repeating: "a", count: count) }
}
