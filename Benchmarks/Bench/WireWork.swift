import Bytes
import HTTPWire

/// Something that is done to some bytes, again and again.
protocol WireWork {
    /// How many bytes one repetition reads or writes.
    var byteCount: Int { get }

    /// Does it `repetitions` times.
    ///
    /// - Returns: how many bytes were worked on, so that nothing can be left out unseen.
    func run(_ repetitions: Int) throws(BenchError) -> Int
}

/// Parses a head.
struct ParseHead: WireWork {
    let input: [UInt8]

    var byteCount: Int { input.count }

    func run(_ repetitions: Int) throws(BenchError) -> Int {
        var head = RequestHead()
        var total = 0
        for _ in 0..<repetitions {
            do throws(WireError) {
                guard case .complete(let count) = try head.parse(input.span.raw, limits: .standard) else { return 0 }
                total &+= count
            } catch {
                throw .wrongAnswer("the parser refuses a good head: \(error)")
            }
        }
        return total
    }
}

/// Encodes an answer as the pipeline does, into a buffer that is used again.
struct EncodeAnswer: WireWork {
    let body: [UInt8]
    let mediaType: MediaType
    let byteCount: Int

    init(answer: SampleAnswer) {
        body = Array(answer.body.utf8)
        mediaType = answer.mediaType
        var output = ByteBuffer(capacity: 1024)
        Self.encode(1, body: body, mediaType: mediaType, into: &output)
        byteCount = output.count
    }

    func run(_ repetitions: Int) -> Int {
        var output = ByteBuffer(capacity: 1024)
        return Self.encode(repetitions, body: body, mediaType: mediaType, into: &output)
    }

    @discardableResult
    private static func encode(
        _ repetitions: Int, body: [UInt8], mediaType: MediaType, into output: inout ByteBuffer
    ) -> Int {
        let encoder = ResponseEncoder(overTLS: false, unixSeconds: 1_700_000_000)
        var total = 0
        for repetition in 0..<repetitions {
            output.removeAll()
            encoder.encode(
                .ok,
                mediaType,
                correlation: (high: 0x0123_4567_89AB_CDEF, low: UInt64(repetition)),
                body: body.span.raw,
                persistence: .implied,
                isHead: false,
                into: &output
            )
            total &+= output.count
        }
        return total
    }
}

/// Looks at every byte once, for one that is not there.
struct ScanBytes: WireWork {
    let byteCount: Int

    init(count: Int) { byteCount = count }

    func run(_ repetitions: Int) -> Int {
        var buffer = ByteBuffer(capacity: byteCount)
        buffer.append(count: byteCount) { bytes in
            for offset in 0..<bytes.byteCount { bytes.storeBytes(of: 0x41, toByteOffset: offset, as: UInt8.self) }
        }
        var total = 0
        for repetition in 0..<repetitions {
            // A byte that changes keeps the optimiser from scanning once for all.
            var bytes = buffer.mutableBytes
            bytes.storeBytes(of: UInt8(repetition & 63) | 64, toByteOffset: byteCount - 1, as: UInt8.self)
            total &+= buffer.bytes.firstOffset(of: 0x0D) ?? byteCount
        }
        return total
    }
}

/// Copies bytes into a buffer that is used again.
struct CopyBytes: WireWork {
    let byteCount: Int

    init(count: Int) { byteCount = count }

    func run(_ repetitions: Int) -> Int {
        let source = [UInt8](repeating: 0x41, count: byteCount)
        var output = ByteBuffer(capacity: byteCount)
        var total = 0
        for _ in 0..<repetitions {
            output.removeAll()
            output.append(source.span.raw)
            total &+= output.count
        }
        return total
    }
}
