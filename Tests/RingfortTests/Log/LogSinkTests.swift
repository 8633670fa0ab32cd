import Bytes
import Foundation
import Testing

@testable import Ringfort

@Suite("The log's sink")
struct LogSinkTests {
    @Test("waits for a slow reader, and loses nothing")
    func slowReader() throws {
        let pipe = LinePipe()
        pipe.makeWriterNonblocking()
        let line = String(repeating: "x", count: 999)
        let writer = TestThread {
            guard let control = try? LogControl() else { return }
            var sink = LogSink(descriptor: pipe.writer, control: control)
            for _ in 0..<50 { sink.write(Self.lines(line, count: 20)) }
            pipe.closeWriter()
        }
        let lines = pipe.lines()
        writer.join()
        #expect(lines.count == 1000)
        #expect(lines.allSatisfy { $0 == line })
    }

    @Test("gives a reader that takes nothing up, once the log shall stop")
    func stuckReader() throws {
        let pipe = LinePipe()
        pipe.makeWriterNonblocking()
        let control = try LogControl()
        control.stop()
        var sink = LogSink(descriptor: pipe.writer, control: control, stopWaits: 0)
        sink.write(Self.lines(String(repeating: "x", count: 999), count: 200))
        #expect(sink.isBroken == true)
        let kept = pipe.finish().count
        #expect(sink.lostLines == UInt64(200 - kept))
        #expect(kept > 0 && kept < 200)
    }

    @Test("counts whole lines when a write is cut off, and begins a new one when it recovers")
    func recovers() throws {
        let pipe = LinePipe()
        pipe.makeWriterNonblocking()
        let control = try LogControl()
        control.stop()
        var sink = LogSink(descriptor: pipe.writer, control: control, stopWaits: 0)
        sink.write(Self.lines(String(repeating: "x", count: 999), count: 100))
        sink.write(Self.lines("not taken", count: 3))
        #expect(sink.isBroken == true)
        let other = LinePipe()
        dup2(other.writer, pipe.writer)
        sink.revive(with: Self.lines("back", count: 1))
        #expect(sink.isBroken == false)
        sink.write(Self.lines("again", count: 1))
        #expect(sink.lostLines == UInt64(103 - pipe.lines().count))
        pipe.closeWriter()
        #expect(other.finish() == ["", "back", "again"])
    }

    @Test("takes nothing while the device is full")
    func fullDevice() throws {
        let device = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        var sink = LogSink(descriptor: device.fileDescriptor, control: try LogControl())
        sink.write(Self.lines("one", count: 2))
        sink.revive(with: Self.lines("report", count: 1))
        sink.write(Self.lines("three", count: 3))
        #expect(sink.isBroken == true)
        #expect(sink.lostLines == 5)
    }

    private static func lines(_ line: String, count: Int) -> ByteBuffer {
        var buffer = ByteBuffer(capacity: (line.utf8.count + 1) * count)
        for _ in 0..<count {
            buffer.append(line)
            buffer.append(0x0A)
        }
        return buffer
    }
}
