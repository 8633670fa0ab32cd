public import Bytes

/// Keys by themselves, and their ids.
extension PASERK {
    /// The key in `text`, of type `local` or `secret`, under the name `id`.
    ///
    /// - Throws: `KeyError.malformedPASERK`, `.unsupportedPASERK`, `.wrongKeyKind` for a public key, and what the key itself
    ///   is refused for.
    public static func signingKey(_ text: RawSpan, id: KeyID) throws(KeyError) -> SigningKey {
        guard case .signing(let key) = try key(text, id: id) else { throw .wrongKeyKind }
        return key
    }

    /// The key in `text`, of type `local`, `public` or `secret`, under the name `id`: what checks tokens.
    ///
    /// - Throws: `KeyError.malformedPASERK`, `.unsupportedPASERK`, and what the key itself is refused for.
    public static func verificationKey(_ text: RawSpan, id: KeyID) throws(KeyError) -> VerificationKey {
        switch try key(text, id: id) {
        case .signing(let key): key.verificationKey
        case .verification(let key): key
        }
    }

    /// Appends `key` as text of type `local` or `secret`. It is as secret as the key.
    ///
    /// - Throws: `KeyError.wrongKeyKind` when it is no key for PASETO.
    public static func append(_ key: SigningKey, to buffer: inout ByteBuffer) throws(KeyError) {
        let raw = try RawKey(key)
        raw.header.append(raw.bytes.bytes, to: &buffer)
    }

    /// Appends `key` as text of type `local`, which is as secret as the key, or `public`.
    ///
    /// - Throws: `KeyError.wrongKeyKind` when it is no key for PASETO.
    public static func append(_ key: VerificationKey, to buffer: inout ByteBuffer) throws(KeyError) {
        let raw = try RawKey(key)
        raw.header.append(raw.bytes.bytes, to: &buffer)
    }

    /// Appends `key` as text of type `public`.
    ///
    /// - Throws: `KeyError.notPublishable` for a local key, whose text would be the key itself; `.wrongKeyKind` when it is no
    ///   key for PASETO.
    public static func appendPublic(_ key: VerificationKey, to buffer: inout ByteBuffer) throws(KeyError) {
        guard key.algorithm.isPublic else { throw .notPublishable(key.algorithm) }
        try append(key, to: &buffer)
    }

    /// The id of `key`: a `lid` or a `sid`. It tells nothing of the key.
    ///
    /// - Throws: `KeyError.wrongKeyKind` when it is no key for PASETO.
    public static func id(of key: SigningKey) throws(KeyError) -> KeyID { try RawKey(key).id() }

    /// The id of `key`: a `lid` or a `pid`, by which tokens may name it. It tells nothing of a local key.
    ///
    /// - Throws: `KeyError.wrongKeyKind` when it is no key for PASETO.
    public static func id(of key: VerificationKey) throws(KeyError) -> KeyID { try RawKey(key).id() }

    /// The key in `text`, which may end in the end of a line, as a key file has it.
    static func key(_ text: RawSpan, id: KeyID) throws(KeyError) -> KeyFile {
        let hasNewline = text.byteCount > 0 && text[text.byteCount - 1] == 0x0A
        let text = text.extracting(0..<text.byteCount - (hasNewline ? 1 : 0))
        let header = try PASERKHeader.header(of: text)
        switch header.type {
        case .local, .public, .secret:
            let bytes = try header.decode(text)
            return try RawKey(header, copying: bytes.bytes).key(id: id)
        default: throw .unsupportedPASERK(type: String(header.text.dropLast()))
        }
    }
}

/// The bytes of a key with what they are.
struct RawKey: ~Copyable {
    /// Of type `local`, `public` or `secret`.
    let header: PASERKHeader
    let bytes: GuardedBytes

    private init(_ header: PASERKHeader, owning bytes: consuming GuardedBytes) {
        self.header = header
        self.bytes = bytes
    }

    /// - Throws: `KeyError.malformedPASERK` when the bytes have not the length of such a key.
    init(_ header: PASERKHeader, copying bytes: RawSpan) throws(KeyError) {
        guard bytes.byteCount == header.keyBytes else { throw .malformedPASERK }
        self.init(header, owning: try GuardedBytes(copying: bytes))
    }

    private init(_ version: PASERKHeader.Version, _ key: LocalKey) throws(KeyError) {
        let bytes = try key.withBytes { bytes throws(KeyError) in try GuardedBytes(copying: bytes) }
        self.init(PASERKHeader(version: version, type: .local), owning: bytes)
    }

    private init(_ version: PASERKHeader.Version, _ key: Ed25519SecretKey) throws(KeyError) {
        let bytes = try key.withSeedAndPublicKey { bytes throws(KeyError) in try GuardedBytes(copying: bytes) }
        self.init(PASERKHeader(version: version, type: .secret), owning: bytes)
    }

    private init(_ version: PASERKHeader.Version, _ key: Ed25519PublicKey) throws(KeyError) {
        self.init(
            PASERKHeader(version: version, type: .public), owning: try GuardedBytes(copying: key.bytes))
    }

    init(_ key: SigningKey) throws(KeyError) {
        switch key.material {
        case .v2Local(let key): try self.init(.k2, key)
        case .v3Local(let key): try self.init(.k3, key)
        case .v4Local(let key): try self.init(.k4, key)
        case .v2Public(let key): try self.init(.k2, key)
        case .v4Public(let key): try self.init(.k4, key)
        case .v3Public(let key):
            self.init(PASERKHeader(version: .k3, type: .secret), owning: try key.scalar())
        default: throw .wrongKeyKind
        }
    }

    init(_ key: VerificationKey) throws(KeyError) {
        switch key.material {
        case .v2Local(let key): try self.init(.k2, key)
        case .v3Local(let key): try self.init(.k3, key)
        case .v4Local(let key): try self.init(.k4, key)
        case .v2Public(let key): try self.init(.k2, key)
        case .v4Public(let key): try self.init(.k4, key)
        case .v3Public(let key):
            let bytes = try key.withBytes { bytes throws(KeyError) in try GuardedBytes(copying: bytes) }
            self.init(PASERKHeader(version: .k3, type: .public), owning: bytes)
        default: throw .wrongKeyKind
        }
    }

    /// The key that the bytes are, checked.
    func key(id: KeyID) throws(KeyError) -> KeyFile {
        switch (header.version, header.type) {
        case (.k2, .local): .signing(.v2Local(try LocalKey(bytes.bytes), id: id))
        case (.k3, .local): .signing(.v3Local(try LocalKey(bytes.bytes), id: id))
        case (.k4, .local): .signing(.v4Local(try LocalKey(bytes.bytes), id: id))
        case (.k2, .public): .verification(.v2Public(try Ed25519PublicKey(bytes.bytes), id: id))
        case (.k3, .public): .verification(.v3Public(try P384PublicKey(bytes.bytes), id: id))
        case (.k4, .public): .verification(.v4Public(try Ed25519PublicKey(bytes.bytes), id: id))
        case (.k2, .secret): .signing(.v2Public(try ed25519(), id: id))
        case (.k3, .secret): .signing(.v3Public(try P384SecretKey(scalar: bytes.bytes), id: id))
        case (.k4, .secret): .signing(.v4Public(try ed25519(), id: id))
        default: throw .wrongKeyKind
        }
    }

    /// The public key behind the seed must be the seed's: who signed with the one under the name of the other would give
    /// the secret away.
    private func ed25519() throws(KeyError) -> Ed25519SecretKey {
        let key = try Ed25519SecretKey(seed: bytes.bytes.extracting(0..<32))
        guard key.publicKey.bytes.equals(bytes.bytes.extracting(32..<64)) else { throw .invalidSecretKey }
        return key
    }

    /// The id of the key: a hash, 33 bytes, of its text behind the id's header.
    func id() throws(KeyError) -> KeyID {
        let type: PASERKHeader.KeyType =
            switch header.type {
            case .public: .publicID
            case .secret: .secretID
            default: .localID
            }
        let idHeader = PASERKHeader(version: header.version, type: type)
        var text = ByteBuffer(capacity: 256)
        defer { text.wipe() }
        text.append(idHeader.text)
        header.append(bytes.bytes, to: &text)
        let digest = try PASERKSuite(header.version).digest(of: text.bytes, count: 33)
        var id = ByteBuffer(capacity: 64)
        idHeader.append(digest.bytes, to: &id)
        return try KeyID(String(id.bytes))
    }
}
