public import Bytes
internal import Glibc

/// A key file on its way into another format.
public struct KeyConversion: Sendable {
    private let key: KeyFile

    /// A way to write a key as text.
    public enum Format: String, Sendable, CaseIterable {
        /// PKCS#8 or SPKI in PEM (RFC 7468).
        case pem
        /// A JSON web key (RFC 7517).
        case jwk
        /// A PASERK, for the keys of PASETO.
        case paserk
    }

    /// Reads a key file, whose name says what it is as it does in a directory of keys.
    ///
    /// - Throws: `KeyConversionError.unknownFile` when the name says nothing, and whatever the file is refused for.
    public init(reading path: String) throws(KeyConversionError) {
        let (directory, name) = Self.split(path)
        guard let file = KeyFileName(name) else { throw .unknownFile(path) }
        do throws(KeyError) {
            let content = try DirectoryHandle(directory).read(name)
            do throws(KeyError.FileFault) {
                key = try KeyFile.key(file, content: content.bytes)
            } catch {
                throw KeyError.file(path: path, fault: error)
            }
        } catch {
            throw .key(error)
        }
    }

    /// What the key is for.
    public var algorithm: Algorithm { key.verificationKey.algorithm }

    /// Whether the key, or its public part if only that is wanted, is a secret.
    public func isSecret(publicPart: Bool) -> Bool {
        if algorithm.isSymmetric { return true }
        if case .signing = key { return !publicPart }
        return false
    }

    /// Appends the key, or only its public part, with the end of a line.
    ///
    /// - Throws: `KeyConversionError.noSuchForm` when the format has no form for it, or none is supported.
    public func append(
        _ format: Format, publicPart: Bool, to buffer: inout ByteBuffer
    ) throws(KeyConversionError) {
        do throws(KeyError) {
            switch (format, key) {
            case (.pem, .signing(let key)) where !publicPart: try key.appendPEM(to: &buffer)
            case (.paserk, .signing(let key)) where !publicPart: try PASERK.append(key, to: &buffer)
            case (.jwk, .signing) where !publicPart: throw .notPublishable(algorithm)
            case (.pem, _): try key.verificationKey.appendPEM(to: &buffer)
            case (.jwk, _): try key.verificationKey.appendJWK(to: &buffer)
            case (.paserk, _): try PASERK.append(key.verificationKey, to: &buffer)
            }
        } catch {
            switch error {
            case .notPublishable, .wrongKeyKind:
                throw .noSuchForm(algorithm, format, isSecret: isSecret(publicPart: publicPart))
            default: throw .key(error)
            }
        }
        if format != .pem { buffer.append(0x0A) }
    }

    /// Writes a key to a new file for its owner only, as a whole or not at all.
    ///
    /// - Throws: `KeyConversionError.fileExists` when there is something of this name.
    public static func write(_ content: RawSpan, to path: String) throws(KeyConversionError) {
        let (directory, name) = split(path)
        do throws(KeyError) {
            try DirectoryHandle(directory).write(name, content: content)
        } catch {
            guard case .file(_, fault: .system(_, errno: EEXIST)) = error else { throw .key(error) }
            throw .fileExists(path)
        }
    }

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }
}

/// Why a key is not converted.
public enum KeyConversionError: Error, Equatable, Sendable {
    /// The file or the key in it can't be used.
    case key(KeyError)
    /// The name of the file does not say what kind of key is in it.
    case unknownFile(String)
    /// Such a key can't be written so.
    case noSuchForm(Algorithm, KeyConversion.Format, isSecret: Bool)
    /// There is a file of the name already.
    case fileExists(String)
}

extension KeyConversionError: CustomStringConvertible {
    /// A sentence that says what is at fault.
    public var description: String {
        switch self {
        case .key(let error): "\(error)"
        case .unknownFile(let path): "\(path): the name does not say what key it is: ID.pem, ID.rs256.pem, ID.jwk …"
        case .noSuchForm(let algorithm, let format, let isSecret):
            "a \(isSecret ? "secret" : "public") key for \(algorithm) can't be written as \(format.rawValue)"
        case .fileExists(let path): "\(path) is there already"
        }
    }
}

extension SigningKey {
    /// Appends a secret key as PEM text of PKCS#8.
    fileprivate func appendPEM(to buffer: inout ByteBuffer) throws(KeyError) {
        switch material {
        case .rsa(let key, _): try key.key.append(to: &buffer)
        case .ec(let key): try key.key.append(to: &buffer)
        case .edDSA(let key), .ed25519(let key), .v4Public(let key), .v2Public(let key):
            try PEM.append(key, to: &buffer)
        default: throw .wrongKeyKind
        }
    }
}
