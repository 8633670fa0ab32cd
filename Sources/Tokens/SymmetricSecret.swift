internal import Bytes

/// The secret of a keyed hash: at least as long as the hash it is for (RFC 7518 section 3.2), and never text in PEM's form,
/// so that a public key can't be taken for one (CVE-2015-9235).
public final class SymmetricSecret: Sendable {
    private let storage: GuardedBytes

    /// The least length, in bytes: that of SHA-256. The keys for longer hashes ask for more.
    public static let leastBytes = 32

    /// A copy of `bytes`.
    ///
    /// - Throws: `KeyError.secretTooShort`, or `.secretIsPEM` when the text `-----BEGIN` stands anywhere in them.
    public init(_ bytes: RawSpan) throws(KeyError) {
        guard !Self.looksLikePEM(bytes) else { throw .secretIsPEM }
        guard bytes.byteCount >= Self.leastBytes else { throw .secretTooShort }
        storage = try GuardedBytes(copying: bytes)
    }

    /// Whether both hold the same bytes, in a time that depends on their length only.
    func equals(_ other: SymmetricSecret) -> Bool { storage.equals(other.storage) }

    /// The same secret.
    ///
    /// - Throws: `KeyError.secretTooShort` when it is shorter than the hash.
    func checked(for hash: HashFunction) throws(KeyError) -> SymmetricSecret {
        guard storage.count >= hash.digestBytes else { throw .secretTooShort }
        return self
    }

    /// Calls `body` with the bytes.
    func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withBytes(body)
    }

    private static func looksLikePEM(_ bytes: RawSpan) -> Bool {
        var start = 0
        while let dash = bytes.firstOffset(of: 0x2D, from: start) {
            if bytes.extracting(dash..<bytes.byteCount).starts(with: "-----BEGIN") { return true }
            start = dash + 1
        }
        return false
    }
}

extension SymmetricSecret: CustomStringConvertible, CustomReflectable {
    /// How long it is, and nothing more.
    public var description: String { "secret of \(storage.count) bytes" }
    /// Shows nothing, so that a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
