internal import Bytes

/// The hash functions of JWT's algorithms (FIPS 180-4).
enum HashFunction: Sendable {
    case sha256
    case sha384
    case sha512

    /// How long a digest is, in bytes.
    var digestBytes: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The digest of `message`. O(n).
    func digest(of message: RawSpan) -> MessageDigest {
        switch self {
        case .sha256: Self.digest(of: message, from: SHA256State())
        case .sha384: Self.digest(of: message, from: SHA512State.sha384)
        case .sha512: Self.digest(of: message, from: SHA512State.sha512)
        }
    }

    private static func digest(of message: RawSpan, from start: some HashState) -> MessageDigest {
        var state = start
        // What is hashed may be a secret.
        defer { Sodium.wipe(&state) }
        state.update(message)
        return state.finish()
    }
}

/// What a hash function or a code made with one gives: up to 64 bytes.
struct MessageDigest: BitwiseCopyable {
    // INVARIANT: at most 64.
    private var count = 0
    private var storage = InlineArray<64, UInt8>(repeating: 0)

    /// Makes these the `count` bytes that `body` writes from the start of the memory that it is given.
    @inline(__always)
    mutating func write(count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) {
        precondition(count <= 64, "no room for the digest")
        self.count = count
        var target = storage.mutableSpan
        // SAFETY: `body` gets the address of 64 bytes for the call only, and writes `count` of them.
        unsafe target.withUnsafeMutableBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            unsafe body(base)
        }
    }

    /// The bytes.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        get { storage.span.raw.extracting(0..<count) }
    }
}
