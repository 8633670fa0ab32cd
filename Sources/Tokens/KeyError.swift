internal import Glibc

/// Why a key, a key file or a set of keys is refused. It names files and keys, and never shows their material.
public indirect enum KeyError: Error, Equatable, Sendable {
    // What a key is.
    /// A name is empty, longer than 128 bytes, or holds a control character.
    case invalidKeyID
    /// A secret is shorter than the hash that it is for.
    case secretTooShort
    /// A secret holds PEM text: a public key must never become one.
    case secretIsPEM
    /// A secret file ends in a newline.
    case secretEndsInNewline
    /// A public key's numbers have a wrong length, or are none that a key of its kind can have.
    case invalidPublicKey
    /// A secret key's numbers have a wrong length or are out of range, or the public key beside it belongs to another.
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
    /// An RSA modulus is not 2048 to 8192 bits long or comes from a broken generator (ROCA), or the exponent is even, 1 or
    /// longer than 64 bits.
    case weakRSAKey
    /// A key is of a kind or on a curve for which there is no use here.
    case unsupportedKey(String)
    /// Nothing says which algorithm an RSA key is for.
    case algorithmNotSaid
    /// A key is of another kind than the algorithm that it is said to be for.
    case wrongKind(Algorithm)
    /// What should be a key in DER (PKCS#8 or SPKI) is none.
    case malformedKey
    /// OpenSSL can't use a key although it could read it.
    case unusableKey
    /// No key could be made, for want of randomness.
    case noRandomness
    /// A PEM file is no single block of text between `-----BEGIN` and `-----END`.
    case malformedPEM
    /// A PEM block holds something else than a key in PKCS#8 or SPKI.
    case unsupportedPEM(label: String)
    /// A JWK file is no JSON object, or a member is not what RFC 7517 says.
    case malformedJWK
    /// A JWK's member asks for something that is not supported, or is missing.
    case unsupportedJWK(member: String)
    /// A JWK set is no JSON object with a list of `keys`, or longer than 256 KiB.
    case malformedJWKSet
    /// A JWK set holds both secrets of keyed hashes and public keys: whoever may have the latter gets the former.
    case mixedJWKSet
    /// A secret key is in a place that others read.
    case publishedSecret
    /// There is no JWK of a key that can be shown: it is secret, or not for JWT.
    case notPublishable(Algorithm)
    /// OpenSSL had no memory to encrypt or decrypt a key.
    case noCipher
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
        /// The file or directory belongs to another user, who is neither this process's nor root.
        case ownedByOthers(userID: UInt32)
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
        case .secretTooShort: "an HMAC secret must be as long as its hash: 32 bytes (HS256), 48 (HS384) or 64 (HS512)"
        case .secretIsPEM: "PEM text can't be an HMAC secret; name the file ID.pem if it holds a public or secret key"
        case .secretEndsInNewline: "the secret ends in a newline, which would count as part of it"
        case .invalidPublicKey: "this is no valid public key"
        case .invalidSecretKey: "this is no valid secret key, or its public key belongs to another"
        case .weakRSAKey: Self.rsaSentence
        case .unsupportedKey(let kind): "a key of the kind \(kind) is not supported here"
        case .algorithmNotSaid:
            "an RSA key must say what it is for: name the file ID.rs256.pem, ID.ps256.pem or the like"
        case .wrongKind(let algorithm): "the key is of another kind than \(algorithm) needs"
        case .malformedKey: "this is no key in PKCS#8 or SPKI"
        case .unusableKey: "OpenSSL can read this key, but not use it"
        case .noRandomness: "no key could be made: OpenSSL has no randomness"
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
        case .malformedJWK: "this is not one JSON web key"
        case .unsupportedJWK(let member): "the JSON web key's \"\(member)\" is missing or not supported here"
        case .malformedJWKSet: "this is not one JSON web key set of at most 256 KiB"
        case .mixedJWKSet: "a set of keys must not hold both HMAC secrets and public keys"
        case .publishedSecret: "a secret key in a set that others can read is no secret"
        case .notPublishable(let algorithm): "a key for \(algorithm) has no such form that may be shown"
        case .noCipher: "the key can't be protected or opened: OpenSSL has no memory for a cipher"
        case .noGuardedMemory: "there is no guarded memory for a secret"
        case .file(let path, let fault): fault.sentence(path: path)
        case .duplicateKeyID(let id): "two different keys for the same kind of token have the name \(id)"
        case .noSigningKey(let algorithm, let id):
            "there is no key that signs with \(algorithm)" + (id.map { " under the name \($0)" } ?? "")
        case .ambiguousSigningKey(let algorithm): "several keys sign with \(algorithm); say which by its name"
        }
    }
}

extension KeyError {
    private static let rsaSentence = """
        the RSA key is weak: it needs \(RSAPublicKey.leastBits) to \(RSAPublicKey.mostBits) bits, an odd exponent above 1 \
        of at most 64 bits, and a generator without the flaw of CVE-2017-15361
        """
}

extension KeyError.FileFault {
    fileprivate func sentence(path: String) -> String {
        switch self {
        case .system(let call, let errno): "\(path): \(call): \(Self.text(of: errno))"
        case .notRegular: "\(path): this is no regular file"
        case .ownedByOthers(let userID): "\(path): it belongs to user \(userID), who could change it; do: chown it"
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
