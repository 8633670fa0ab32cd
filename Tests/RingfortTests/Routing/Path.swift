import Bytes

/// A path's bytes, owned by a test.
struct Path: ~Copyable {
    private var buffer: ByteBuffer

    init(_ text: String) {
        buffer = ByteBuffer(capacity: text.utf8.count)
        buffer.append(text)
    }

    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { buffer.bytes }
    }
}
