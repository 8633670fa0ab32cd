import Bytes
import HTTPWire

/// A body has the same content and the same end however it comes in pieces, and a reader that knows lines instead of
/// states finds the same.
func fuzzBody(_ bytes: RawSpan) {
    var choices = Choices(of: bytes)
    let (narrow, wide): (HTTPLimits, HTTPLimits) = choices.coin() ? (.tight, .standard) : (.standard, .wide)
    requireSoundChunks(bytes, narrow, wide, &choices)
    let length = choices.next(below: bytes.byteCount + 2)
    requireSoundContent(bytes, length: length, narrow, &choices)
}

private func requireSoundChunks(
    _ bytes: RawSpan, _ narrow: HTTPLimits, _ wide: HTTPLimits, _ choices: inout Choices
) {
    let whole = ReadBody(bytes, .chunked, narrow) { $0 }
    let longest = 1 + choices.next(below: 128)
    whole.requireSame(ReadBody(bytes, .chunked, narrow) { min($0, 1 + choices.next(below: longest)) })
    // Byte by byte, where that is not a matter of thousands.
    if bytes.byteCount <= 512 { whole.requireSame(ReadBody(bytes, .chunked, narrow) { _ in 1 }) }
    require(UInt64(whole.content.count) <= narrow.bodyBytes, "a body is within its limit")
    requireSameAsModel(bytes, wide)
    if case .refused = whole.end { return }
    require(whole.content.count <= whole.taken, "a body is no longer than what it was read from")
    guard whole.end == .complete else {
        return require(whole.taken == bytes.byteCount, "a body that goes on has taken all there is")
    }
    whole.requireSame(ReadBody(bytes, .chunked, wide) { $0 })
    let message = bytes.extracting(first: whole.taken)
    require(ReadBody(message, .chunked, narrow) { $0 }.end == .complete, "a body does not need what follows it")
    let early = ReadBody(message.extracting(first: message.byteCount - 1), .chunked, narrow) { $0 }
    require(early.end == .open, "a body is whole with its last byte, not before")
}

/// Requires that what is taken is what the model takes, unless a limit forbids it.
private func requireSameAsModel(_ bytes: RawSpan, _ limits: HTTPLimits) {
    let body = ReadBody(bytes, .chunked, limits) { $0 }
    let model = ChunkModel(of: bytes)
    if body.end == .refused(.bodyTooLarge) || body.end == .refused(.chunkMetadataTooLarge) { return }
    require((body.end == .complete) == model.isComplete, "what the grammar makes of a body is taken, and nothing else")
    guard model.isComplete else { return }
    require(body.taken == model.byteCount, "another reader sees the same end")
    require(body.content.bytes.equals(model.content.bytes), "another reader sees the same content")
}

/// The first `length` bytes are the content, and nothing else is.
private func requireSoundContent(
    _ bytes: RawSpan, length: Int, _ limits: HTTPLimits, _ choices: inout Choices
) {
    let framing = BodyFraming.contentLength(UInt64(length))
    let piece = 1 + choices.next(below: 64)
    let body = ReadBody(bytes, framing, limits) { min($0, piece) }
    guard UInt64(length) <= limits.bodyBytes else {
        return require(body.end == .refused(.bodyTooLarge) && body.taken == 0, "a length over the limit is refused")
    }
    let isWhole = length <= bytes.byteCount
    let content = bytes.extracting(first: min(length, bytes.byteCount))
    require(body.end == (isWhole ? .complete : .open), "a body of a length ends with its last byte")
    require(body.taken == content.byteCount && body.content.bytes.equals(content), "its bytes are its content")
    do throws(WireError) {
        var decoder = try BodyDecoder(framing, limits: limits)
        let taken = decoder.takeWhole(of: bytes)
        require(taken == (isWhole && length > 0 ? length : nil), "a body that is all there can be borrowed")
        require(decoder.isComplete == (isWhole || length == 0), "a body that was borrowed is at its end")
    } catch {
        fail("a length that was taken is taken again")
    }
}

/// What became of a body.
private struct ReadBody: ~Copyable {
    enum End: Equatable {
        /// More must come.
        case open
        case complete
        case refused(WireError)
    }

    private(set) var end = End.open
    /// How many bytes were taken before the end, or before the piece that was refused.
    private(set) var taken = 0
    private(set) var content = ByteBuffer(capacity: 64)

    /// Reads a body in pieces; `piece` says of how many bytes, and is told how many are left.
    init(_ bytes: RawSpan, _ framing: BodyFraming, _ limits: HTTPLimits, piece: (Int) -> Int) {
        do throws(WireError) {
            var decoder = try BodyDecoder(framing, limits: limits)
            while !decoder.isComplete, taken < bytes.byteCount {
                let offered = bytes.extracting(taken..<taken + piece(bytes.byteCount - taken))
                let accepted = try decoder.decode(offered, into: &content)
                require(accepted <= offered.byteCount, "no more is taken than is there")
                require(accepted == offered.byteCount || decoder.isComplete, "bytes are left only behind the end")
                taken += accepted
            }
            guard decoder.isComplete else { return }
            end = .complete
            let count = content.count
            let behind = try decoder.decode(bytes, into: &content)
            require(behind == 0 && content.count == count, "nothing is taken behind the end")
        } catch {
            end = .refused(error)
        }
    }

    borrowing func requireSame(_ other: borrowing ReadBody) {
        require(end == other.end, "a body in pieces ends as it does in one")
        require(content.bytes.equals(other.content.bytes), "a body in pieces has the content that it has in one")
        if case .refused = end { return }
        require(taken == other.taken, "a body in pieces is as long as it is in one")
    }
}
