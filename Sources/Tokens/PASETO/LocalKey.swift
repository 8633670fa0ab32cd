internal import Bytes

/// The 32 bytes of a PASETO's local key: who has them reads, checks and makes tokens.
///
/// They are for one version of PASETO: `VerificationKey` and `SigningKey` say which.
public final class LocalKey: Sendable {
    private let storage: GuardedBytes

    /// How long a key is.
    public static let byteCount = 32

    /// A copy of `bytes`.
    ///
    /// - Throws: `KeyError.invalidLocalKey` when they are not 32.
    public init(_ bytes: RawSpan) throws(KeyError) {
        guard bytes.byteCount == Self.byteCount else { throw .invalidLocalKey }
        storage = try GuardedBytes(copying: bytes)
    }

    private init(owning storage: consuming GuardedBytes) { self.storage = storage }

    /// A new key, from the system's source of randomness.
    public static func random() throws(KeyError) -> LocalKey {
        LocalKey(
            owning: try GuardedBytes(count: byteCount) { (target: inout MutableRawSpan) throws(KeyError) in
                Random.fill(&target)
            })
    }

    /// Whether both hold the same bytes, in a time that does not depend on them.
    func equals(_ other: LocalKey) -> Bool { storage.equals(other.storage) }

    /// Calls `body` with the bytes.
    func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withBytes(body)
    }
}

extension LocalKey: CustomStringConvertible, CustomReflectable {
    /// What it is, and nothing of its material.
    public var description: String { "PASETO local key" }
    /// Shows nothing, so that a dump shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
