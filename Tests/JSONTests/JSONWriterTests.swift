import Bytes
import JSON
import TestSupport
import Testing

@Suite("A written string")
struct JSONStringWriterTests {
    private func quoted(_ bytes: [UInt8]) -> String { written { $0.append(jsonString: bytes.span.raw) } }

    @Test(
        "escapes what must not stand in JSON or on a terminal",
        arguments: [
            ("", #""""#), ("plain", #""plain""#), ("\"\\/", #""\"\\/""#), ("\u{8}\u{9}\n\u{C}\r", #""\b\t\n\f\r""#),
            ("\0\u{1}\u{1B}[31m\u{1F}", #""\u0000\u0001\u001b[31m\u001f""#),
            ("~\u{7F}\u{80}\u{85}\u{9B}\u{9F}\u{A0}", "\"~\\u007f\\u0080\\u0085\\u009b\\u009f\u{A0}\""),
            ("é漢😀\u{2028}\u{2029}", "\"é漢😀\u{2028}\u{2029}\""),
            ("sixteen letters!\nsixteen letters!\"", #""sixteen letters!\nsixteen letters!\"""#),
        ]
    )
    func escaping(text: String, expected: String) {
        #expect(quoted(Array(text.utf8)) == expected)
    }

    @Test("replaces what is no UTF-8, as the standard library does", arguments: 0..<50)
    func replacement(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let pieces: [UInt8] = [
                0x41, 0x7F, 0x80, 0x9F, 0xBF, 0xC0, 0xC2, 0xE0, 0xA0, 0xED, 0xEF, 0xF0, 0x90, 0xF4, 0xF5, 0xFF,
            ]
            let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                Bool.random(using: &generator)
                    ? pieces[Int.random(in: 0..<16, using: &generator)] : .random(in: 0...255, using: &generator)
            }
            let text = quoted(bytes)
            let read = try #require(try withJSON(text) { $0.asString?.value })
            #expect(Array(read.utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8))
            #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
    }

    @Test("reads back as what it was, for every character that a plane begins or ends with, and all small ones")
    func characters() throws {
        let planes = (0...0x10).flatMap { plane in [plane << 16, plane << 16 | 0xFFFF] }
        for number in Array(0...0x900) + planes + [0xD7FF, 0xE000, 0xFFFD] {
            let scalar = try #require(Unicode.Scalar(UInt32(number)))
            let text = quoted(Array(String(Character(scalar)).utf8))
            let read = try #require(try withJSON(text) { $0.asString?.value })
            #expect(Array(read.unicodeScalars) == [scalar])
        }
    }
}

@Suite("A written object")
struct JSONObjectWriterTests {
    @Test("has its commas and colons, and whatever its members hold")
    func members() throws {
        let text = written { buffer in
            var object = JSONObjectWriter(into: &buffer)
            object.append("iss", string: "ringfort", into: &buffer)
            let subject: [UInt8] = Array("caf\"é".utf8)
            object.append("sub", string: subject.span.raw, into: &buffer)
            object.append("exp", integer: -1, into: &buffer)
            object.append("admin", bool: true, into: &buffer)
            object.append("guest", bool: false, into: &buffer)
            object.append(name: "aud", into: &buffer)
            var array = JSONArrayWriter(into: &buffer)
            array.append(string: subject.span.raw, into: &buffer)
            array.beginElement(into: &buffer)
            JSONObjectWriter(into: &buffer).finish(into: &buffer)
            array.finish(into: &buffer)
            object.append(name: subject.span.raw, into: &buffer)
            JSONArrayWriter(into: &buffer).finish(into: &buffer)
            object.finish(into: &buffer)
        }
        #expect(
            text
                == #"{"iss":"ringfort","sub":"caf\"é","exp":-1,"admin":true,"guest":false,"aud":["caf\"é",{}],"caf\"é":[]}"#
        )
        #expect(refusal(of: text) == nil)
    }
}

@Suite("A document that is read and written back")
struct JSONRoundTripTests {
    @Test("is read again as the same", arguments: 0..<300)
    func roundTrip(seed: UInt64) throws {
        let text = GeneratedDocument(seed: seed).text
        var buffer = ByteBuffer(capacity: 0)
        let first = try withJSON(text) { root in
            write(root, to: &buffer)
            return outline(of: root)
        }
        let copy = String(buffer.bytes)
        var again = ByteBuffer(capacity: 0)
        let second = try withJSON(copy) { root in
            write(root, to: &again)
            return outline(of: root)
        }
        #expect(first == second)
        #expect(String(again.bytes) == copy)
    }

    @Test("survives whatever befalls its bytes, or is refused within them", arguments: 0..<200)
    func mutation(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let original = Array(GeneratedDocument(seed: seed).text.utf8)
        let marks =
            Array(#"{}[]",:\/0123456789.-+eEtrufalsn"#.utf8) + [0x00, 0x20, 0x7F, 0x80, 0xBF, 0xC2, 0xED, 0xF4, 0xFF]
        for _ in 0..<20 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = marks.randomElement(using: &generator) ?? 0
                case 1: bytes.insert(marks.randomElement(using: &generator) ?? 0, at: index)
                default: if bytes.count > 1 { bytes.remove(at: index) }
                }
            }
            try expectSound(bytes)
        }
    }

    @Test("is not needed: any bytes are taken or refused, and nothing worse", arguments: 0..<200)
    func randomBytes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let marks = Array(#"{}[]",:\ud800 1.-eE"#.utf8)
        for _ in 0..<50 {
            let count = Int.random(in: 0..<64, using: &generator)
            try expectSound((0..<count).map { _ in marks.randomElement(using: &generator) ?? 0 })
            try expectSound((0..<count).map { _ in .random(in: 0...255, using: &generator) })
        }
    }

    /// Bytes are refused at one of them, or what they mean survives being written.
    private func expectSound(_ bytes: [UInt8]) throws {
        if let error = refusal(of: bytes) {
            #expect((0...bytes.count).contains(error.offset))
            return
        }
        var buffer = ByteBuffer(capacity: 0)
        let first = try withJSON(bytes) { root in
            write(root, to: &buffer)
            return outline(of: root)
        }
        let second = try withJSON(String(buffer.bytes)) { outline(of: $0) }
        #expect(first == second)
        #expect(String(validating: bytes, as: UTF8.self) != nil)
    }
}
