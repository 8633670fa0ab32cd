internal import Bytes

/// Platform-agnostic serialised keys (the PASERK specification): keys of PASETO as text, by themselves or protected by
/// another key or a password, and their ids.
public enum PASERK {
    /// The longest text that is read, in bytes.
    static let mostBytes = 1_024
}

/// How a PASERK starts: version and type.
struct PASERKHeader: Equatable, Sendable {
    let version: Version
    let type: KeyType

    /// The versions; they are those of PASETO. Version 1 is refused: it stands on RSA and a code that is too short.
    enum Version: String, CaseIterable {
        case k2
        case k3
        case k4
    }

    enum KeyType: String, CaseIterable {
        case local
        case `public`
        case secret
        case localID = "lid"
        case publicID = "pid"
        case secretID = "sid"
        case localWrap = "local-wrap.pie"
        case secretWrap = "secret-wrap.pie"
        case localPassword = "local-pw"
        case secretPassword = "secret-pw"
        case seal
    }

    /// As it stands in the text, the dot at its end included.
    var text: String { "\(version.rawValue).\(type.rawValue)." }

    /// The algorithm of the key that the type holds or names.
    var algorithm: Algorithm {
        let isLocal: Bool =
            switch type {
            case .local, .localID, .localWrap, .localPassword, .seal: true
            case .public, .publicID, .secret, .secretID, .secretWrap, .secretPassword: false
            }
        return switch version {
        case .k2: isLocal ? .v2Local : .v2Public
        case .k3: isLocal ? .v3Local : .v3Public
        case .k4: isLocal ? .v4Local : .v4Public
        }
    }

    /// How many bytes the key has that the type holds; zero for an id, which holds none.
    var keyBytes: Int {
        switch type {
        case .local, .localWrap, .localPassword, .seal: LocalKey.byteCount
        case .public: version == .k3 ? P384Key.pointBytes : 32
        case .secret, .secretWrap, .secretPassword: version == .k3 ? P384Key.scalarBytes : 64
        case .localID, .publicID, .secretID: 0
        }
    }
}

// MARK: - Text

extension PASERKHeader {
    /// The header of `text`.
    ///
    /// - Throws: `KeyError.malformedPASERK`, or `.unsupportedPASERK` for version 1 and for versions and types that there
    ///   are not.
    static func header(of text: RawSpan) throws(KeyError) -> PASERKHeader {
        for version in Version.allCases {
            for type in KeyType.allCases {
                let header = PASERKHeader(version: version, type: type)
                let count = header.text.utf8.count
                if text.byteCount >= count, String(text.extracting(0..<count)) == header.text { return header }
            }
        }
        throw fault(text)
    }

    /// What is wrong with a text that starts with no header. Only what stands where a version and a type would, and looks
    /// like them, is repeated: the rest may be a key.
    private static func fault(_ text: RawSpan) -> KeyError {
        guard text.byteCount > 3, text[0] == 0x6B, text[1] &- 0x30 < 10, text[2] == 0x2E,
            let end = text.firstOffset(of: 0x2E, from: 3), end <= 16,
            (3..<end).allSatisfy({ text[$0] == 0x2D || text[$0] &- 0x61 < 26 })
        else { return .malformedPASERK }
        return .unsupportedPASERK(type: String(text.extracting(0..<end)))
    }

    /// What is encoded in `text`, which must start with this header.
    func decode(_ text: RawSpan) throws(KeyError) -> GuardedBytes {
        guard try Self.header(of: text) == self else { throw .wrongKeyKind }
        guard text.byteCount <= PASERK.mostBytes else { throw .malformedPASERK }
        let data = text.extracting(self.text.utf8.count..<text.byteCount)
        guard let count = Base64URL.decodedCount(characters: data.byteCount), count > 0 else { throw .malformedPASERK }
        return try GuardedBytes(count: count) { (target: inout MutableRawSpan) throws(KeyError) in
            guard Base64URL.decode(data, into: &target) != nil else { throw .malformedPASERK }
        }
    }

    /// Appends the text of `bytes` with this header.
    func append(_ bytes: RawSpan, to buffer: inout ByteBuffer) {
        buffer.append(text)
        Base64URL.encode(bytes, into: &buffer)
    }
}
