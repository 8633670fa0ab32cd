import Bytes
import TestSupport
import Testing

@testable import HTTPWire

/// What a decoder made of `bytes` that came in fragments.
private struct Decoded: Equatable {
    var body: [UInt8]
    var taken: Int
    var isComplete: Bool
    var fault: WireError?
}

private func decode(
    _ bytes: [UInt8], _ framing: BodyFraming = .chunked, limits: HTTPLimits = .standard, splitAt ends: [Int] = []
) throws -> Decoded {
    var decoder = try BodyDecoder(framing, limits: limits)
    var body = ByteBuffer(capacity: 16)
    var taken = 0
    var start = 0
    for end in ends + [bytes.count] {
        do throws(WireError) {
            taken += try decoder.decode(bytes.span.raw.extracting(start..<end), into: &body)
        } catch {
            return Decoded(body: body.bytes.array, taken: taken, isComplete: false, fault: error)
        }
        guard !decoder.isComplete else { break }
        start = end
    }
    return Decoded(body: body.bytes.array, taken: taken, isComplete: decoder.isComplete, fault: nil)
}

@Suite("A body decoder")
struct BodyDecoderTests {
    @Test("has nothing to read where there is no body")
    func noBody() throws {
        for framing in [BodyFraming.none, .contentLength(0)] {
            let decoded = try decode("GET /".bytes, framing)
            #expect(decoded == Decoded(body: [], taken: 0, isComplete: true))
        }
    }

    @Test("takes as many bytes as Content-Length says, and leaves the next request")
    func contentLength() throws {
        let bytes = "hello worldGET /".bytes
        for split in 0..<bytes.count {
            let decoded = try decode(bytes, .contentLength(11), splitAt: [split])
            #expect(decoded.body == "hello world".bytes)
            #expect(decoded.isComplete == true)
        }
        #expect(try decode(bytes, .contentLength(11)).taken == 11)
        #expect(try decode(bytes, .contentLength(17)).isComplete == false)
    }

    @Test("lends a body that is there whole")
    func borrowed() throws {
        let bytes = "helloGET /".bytes
        var decoder = try BodyDecoder(.contentLength(5), limits: .standard)
        #expect(decoder.takeWhole(of: bytes.span.raw.extracting(first: 4)) == nil)
        #expect(decoder.isComplete == false)
        #expect(decoder.takeWhole(of: bytes.span.raw) == 5)
        #expect(decoder.isComplete == true)
        #expect(decoder.takeWhole(of: bytes.span.raw) == nil)
        var chunked = try BodyDecoder(.chunked, limits: .standard)
        #expect(chunked.takeWhole(of: bytes.span.raw) == nil)
        var none = try BodyDecoder(.none, limits: .standard)
        #expect(none.takeWhole(of: bytes.span.raw) == nil)
    }

    @Test("refuses a Content-Length over the limit before anything is read")
    func tooLong() throws {
        let limits = try HTTPLimits(bodyBytes: 10)
        #expect(throws: Never.self) { try BodyDecoder(.contentLength(10), limits: limits) }
        #expect(throws: WireError.bodyTooLarge) { try BodyDecoder(.contentLength(11), limits: limits) }
        #expect(throws: WireError.bodyTooLarge) { try BodyDecoder(.contentLength(.max), limits: limits) }
        #expect(throws: Never.self) { try BodyDecoder(.contentLength(11), limits: limits, bodyBytes: 11) }
        #expect(throws: WireError.bodyTooLarge) { try BodyDecoder(.contentLength(1), limits: limits, bodyBytes: 0) }
    }

    @Test("joins chunks, drops extensions and trailers, and leaves the next request, however it is split")
    func chunks() throws {
        let chunked = "5;a=\"b\\\"cé\\\\\"\r\nhello\r\n006 \t;x\r\n world\r\n0;e\r\nX-A: b\r\nHost:\r\n\r\n"
        let bytes = (chunked + "GET / HTTP/1.1\r\n").bytes
        let expected = Decoded(body: "hello world".bytes, taken: chunked.utf8.count, isComplete: true)
        #expect(try decode(bytes) == expected)
        for split in fragmentation(of: bytes.count) { #expect(try decode(bytes, splitAt: split) == expected) }
    }

    @Test(
        "refuses a chunk",
        arguments: [
            ("\r\n", WireError.malformedChunkSize), (" 5\r\n", .malformedChunkSize), ("5 \r\n", .malformedChunkSize),
            ("5\t\r\n", .malformedChunkSize), ("5 x\r\n", .malformedChunkSize), ("0x5\r\n", .malformedChunkSize),
            ("+5\r\n", .malformedChunkSize), ("-5\r\n", .malformedChunkSize), ("-0\r\n", .malformedChunkSize),
            ("g\r\n", .malformedChunkSize), (";a\r\n", .malformedChunkSize), ("5\nhello", .malformedChunkSize),
            ("5\r\rhello", .malformedChunkSize), ("5\rhello", .malformedChunkSize), ("5,\r\n", .malformedChunkSize),
            ("5\u{0}\r\n", .malformedChunkSize), ("5_0\r\n", .malformedChunkSize), ("５\r\n", .malformedChunkSize),
            ("00000000000000005\r\n", .chunkSizeOverflow), ("fffffffffffffffff\r\n", .chunkSizeOverflow),
            ("ffffffffffffffff\r\n", .bodyTooLarge), ("8000000000000000\r\n", .bodyTooLarge),
            ("100001\r\n", .bodyTooLarge), ("100001;x\r\n", .bodyTooLarge),
            ("5;a\nb\r\n", .malformedChunkExtension), ("5;a\rb\r\n", .malformedChunkSize),
            ("5;a=\"\r\n\"\r\n", .malformedChunkExtension), ("5;a=\"\n\"\r\n", .malformedChunkExtension),
            ("5;a=\"b\r\n", .malformedChunkExtension), ("5;a=\"b\\\"\r\n", .malformedChunkExtension),
            ("5;a=\"b\\\r\n", .malformedChunkExtension),
            ("5;\u{1}\r\n", .malformedChunkExtension), ("5;\u{7F}\r\n", .malformedChunkExtension),
            ("5;a\u{0}\r\n", .malformedChunkExtension), ("5\r\nhelloX\n", .malformedChunkEnd),
            ("5\r\nhello\n", .malformedChunkEnd), ("5\r\nhello\r0", .malformedChunkEnd),
            ("5\r\nhello\rX", .malformedChunkEnd), ("5\r\nhello0\r\n", .malformedChunkEnd),
            ("5\r\nhello\r\n\r\n", .malformedChunkSize), ("0\r\n\n", .malformedTrailer),
            ("0\r\n\rX", .malformedTrailer),
            ("0\r\n X: y\r\n", .malformedTrailer), ("0\r\nX\r\n", .malformedTrailer),
            ("0\r\n: y\r\n", .malformedTrailer),
            ("0\r\nX : y\r\n", .malformedTrailer), ("0\r\nX: y\n", .malformedTrailer),
            ("0\r\nX: y\rZ", .malformedTrailer), ("0\r\nX: \u{0}\r\n", .malformedTrailer),
            ("0\r\nX: y\r\n z\r\n", .malformedTrailer), ("0\r\nGET / HTTP/1.1\r\n", .malformedTrailer),
        ])
    func refusesChunk(text: String, expected: WireError) throws {
        let bytes = text.bytes
        let whole = try decode(bytes)
        #expect(whole.fault == expected)
        for split in fragmentation(of: bytes.count) {
            #expect(try decode(bytes, splitAt: split).fault == whole.fault, "split at \(split)")
        }
    }

    @Test("holds all chunks together to the limit")
    func bodyLimit() throws {
        let limits = try HTTPLimits(bodyBytes: 8)
        #expect(try decode("5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n".bytes, limits: limits).isComplete == true)
        let over = try decode("5\r\nhello\r\n4\r\nabcd\r\n0\r\n\r\n".bytes, limits: limits)
        #expect(over.fault == .bodyTooLarge)
        #expect(over.body == "hello".bytes)
    }

    @Test("holds extensions and trailers together to the limit")
    func metadataLimit() throws {
        let limits = try HTTPLimits(chunkMetadataBytes: 12)
        #expect(try decode("1;ab\r\nx\r\n0;c\r\nX: y\r\n\r\n".bytes, limits: limits).isComplete == true)
        #expect(try decode("1;abc\r\nx\r\n0;c\r\nX: yz\r\n\r\n".bytes, limits: limits).fault == .chunkMetadataTooLarge)
        #expect(try decode("1;abcdefghijklm\r\nx".bytes, limits: limits).fault == .chunkMetadataTooLarge)
        #expect(try decode("1              ;a\r\nx".bytes, limits: limits).fault == .chunkMetadataTooLarge)
        #expect(try decode("0\r\nX: 123456789\r\n\r\n".bytes, limits: limits).fault == .chunkMetadataTooLarge)
        let none = try HTTPLimits(chunkMetadataBytes: 0)
        #expect(try decode("1\r\nx\r\n0\r\n\r\n".bytes, limits: none).isComplete == true)
        #expect(try decode("1;\r\nx\r\n0\r\n\r\n".bytes, limits: none).fault == .chunkMetadataTooLarge)
    }

    @Test("joins random chunks as they were cut")
    func randomChunks() throws {
        var random = SeededGenerator(seed: 0x5EED)
        for _ in 0..<50 {
            var body: [UInt8] = []
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let chunk = (0..<Int.random(in: 1...300, using: &random)).map { _ in
                    UInt8.random(in: .min ... .max, using: &random)
                }
                bytes += String(chunk.count, radix: 16, uppercase: Bool.random(using: &random)).bytes + "\r\n".bytes
                bytes += chunk + "\r\n".bytes
                body += chunk
            }
            bytes += "0\r\n\r\n".bytes
            let cuts = (0..<8).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            let decoded = try decode(bytes + "next".bytes, splitAt: cuts)
            #expect(decoded == Decoded(body: body, taken: bytes.count, isComplete: true))
        }
    }
}
