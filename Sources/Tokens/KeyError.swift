internal import Glibc

/// Why a key, a key file or a set of keys is refused. It names files and keys, and never shows their material.
public indirect enum KeyError: Error, Equatable, Sendable {
    // What a key is.
    /// A name is empty, longer than 128 bytes, or holds a control character.
    case invalidKeyID
    /// An HMAC-SHA-256 secret has fewer than 32 bytes.
    case secretTooShort
    /// A secret holds PEM text: a public key must never become one.
    case secretIsPEM
    /// A secret file ends in a newline.
    case secretEndsInNewline
    /// These are not 32 bytes, or no point that an Ed25519 key can have.
    case invalidPublicKey
    /// An Ed25519 seed does not have 32 bytes, or its public key is another than the one beside it.
    case invalidSecretKey
    /// A PASETO local key does not have 32 bytes.
    case invalidLocalKey
    /// A file with a PASETO local key holds something else than 64 hexadecimal digits.
    case malformedHexadecimal
    /// A text is no PASERK of the form that is asked for.
    case malformedPASERK
    /// A PASERK is of version 1, which is too weak to be taken, or of a type that is no key by itself.
    case unsupportedPASERK(type: String)
    /// A PASERK was made with another key or password, or was altered.
    case paserkMismatch
    /// A PASERK asks for more memory or work than is allowed, or for less than its algorithm can have.
    case paserkCostOutOfRange
    /// A key is of another version or purpose than the operation or the other key.
    case wrongKeyKind
    /// These encode no point of P-384, or no scalar that a secret key can have.
    case invalidP384Key
    /// A PEM file is no single block of text between `-----BEGIN` and `-----END`.
    case malformedPEM
    /// A PEM block holds something else than a key in PKCS#8 or SPKI.
    case unsupportedPEM(label: String)
    /// A key is of another kind than Ed25519.
    case notEd25519
    /// A JWK file is no JSON object, or a member is not what RFC 7517 says.
    case malformedJWK
    /// A JWK's member asks for something that is not supported, or is missing.
    case unsupportedJWK(member: String)
    /// There is no locked memory left, or no source of randomness.
    case noGuardedMemory

    // Where it is.
    /// What is wrong with the file or directory at `path`.
    case file(path: String, fault: FileFault)

    // What keys are there.
    /// Two different keys for the same kind of token have this name.
    case duplicateKeyID(KeyID)
    /// No key signs with this algorithm, under this name if one was given.
    case noSigningKey(Algorithm, KeyID?)
    /// Several keys could sign with this algorithm, and none was named.
    case ambiguousSigningKey(Algorithm)

    /// What is wrong with a key file or a directory of key files.
    public enum FileFault: Error, Equatable, Sendable {
        /// A call of the operating system failed with this `errno`.
        case system(call: String, errno: Int32)
        /// It is no regular file.
        case notRegular
        /// Group or others may read or write the file; these are its permission bits.
        case readableByOthers(mode: UInt32)
        /// Group or others may write to the directory; these are its permission bits.
        case directoryWritableByOthers(mode: UInt32)
        /// It is longer than 64 KiB, or changed while it was read.
        case unexpectedSize
        /// It is read, but holds no key that can be used.
        case key(KeyError)
    }
}

extension KeyError: CustomStringConvertible {
    /// A sentence for a log or a start-up failure.
    public var description: String {
        switch self {
        case .invalidKeyID: "a key's name must have 1 to 128 bytes and no control characters"
        case .secretTooShort: "an HMAC-SHA-256 secret must have at least \(SymmetricSecret.leastBytes) bytes"
        case .secretIsPEM: "PEM text can't be an HMAC secret; name the file ID.pem if it holds an Ed25519 key"
        case .secretEndsInNewline: "the secret ends in a newline, which would count as part of it"
        case .invalidPublicKey: "this is no Ed25519 public key"
        case .invalidSecretKey: "this is no Ed25519 secret key, or its public key belongs to another"
        case .invalidLocalKey: "a PASETO local key has \(LocalKey.byteCount) bytes"
        case .malformedHexadecimal: "this is not \(LocalKey.digitCount) hexadecimal digits and nothing else"
        case .malformedPASERK: "this is no PASERK of the form that is asked for"
        case .unsupportedPASERK(let type): "a PASERK of type \"\(type)\" is not supported here"
        case .paserkMismatch: "the PASERK was made with another key or password, or was altered"
        case .paserkCostOutOfRange: "the PASERK asks for more memory or work than is allowed, or for too little"
        case .wrongKeyKind: "the key is of another version or purpose"
        case .invalidP384Key: "this is no P-384 key, or its public key belongs to another"
        case .malformedPEM: "this is not one PEM block and nothing else"
        case .unsupportedPEM(let label):
            "a PEM block of \"\(label)\" is not supported: PKCS#8 and SPKI are, unencrypted"
        case .notEd25519: "the key is of another kind than Ed25519"
        case .malformedJWK: "this is not one JSON web key"
        case .unsupportedJWK(let member): "the JSON web key's \"\(member)\" is missing or not supported here"
        case .noGuardedMemory: "there is no locked memory for a secret; see the limit of locked memory (ulimit -l)"
        case .file(let path, let fault): fault.sentence(path: path)
        case .duplicateKeyID(let id): "two different keys for the same kind of token have the name \(id)"
        case .noSigningKey(let algorithm, let id):
            "there is no key that signs with \(algorithm)" + (id.map { " under the name \($0)" } ?? "")
        case .ambiguousSigningKey(let algorithm): "several keys sign with \(algorithm); say which by its name"
        }
    }
}

extension KeyError.FileFault {
    fileprivate func sentence(path: String) -> String {
        switch self {
        case .system(let call, let errno): "\(path): \(call): \(Self.text(of: errno))"
        case .notRegular: "\(path): this is no regular file"
        case .readableByOthers: "\(path): group or others may read or write it; do: chmod 600 \(path)"
        case .directoryWritableByOthers: "\(path): group or others may write to it; do: chmod go-w \(path)"
        case .unexpectedSize: "\(path): the file is longer than 64 KiB, or changed while it was read"
        case .key(.secretEndsInNewline): "\(path): \(KeyError.secretEndsInNewline); do: truncate -s -1 \(path)"
        case .key(let error): "\(path): \(error)"
        }
    }

    private static func text(of errno: Int32) -> String {
        // SAFETY: the text is the C library's, ends in a zero, and is copied at once.
        unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
    }
}
