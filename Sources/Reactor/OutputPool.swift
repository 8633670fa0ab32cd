internal import Bytes

/// Output buffers that wait for their next connection. The one that came back last is lent first, still in the cache.
struct OutputPool: ~Copyable {
    /// Room for a batch of pipelined answers.
    static let initialBytes = 16 * 1024
    /// A buffer that has grown beyond this is freed instead of kept.
    static let largestKeptBytes = 64 * 1024

    private var kept: FixedArray<ByteBuffer?>
    private var count = 0

    init(capacity: Int) {
        kept = FixedArray(count: capacity) { _ in nil }
    }

    mutating func take() -> ByteBuffer {
        guard count > 0 else { return ByteBuffer(capacity: Self.initialBytes) }
        count -= 1
        guard let buffer = kept[count].take() else { return ByteBuffer(capacity: Self.initialBytes) }
        return buffer
    }

    mutating func give(back buffer: consuming ByteBuffer) {
        guard count < kept.count, buffer.capacity <= Self.largestKeptBytes else { return }
        buffer.removeAll()
        kept[count] = consume buffer
        count += 1
    }
}
