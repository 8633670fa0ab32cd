import Foundation
public import TLSEngine

/// A folder of certificates and keys, removed with its last reference.
public final class CredentialFolder: Sendable {
    /// Where it is.
    public let path: String

    /// A new, empty folder.
    public init() throws(TestCertificate.Failure) {
        path = NSTemporaryDirectory() + "/ringfort-tls-" + UUID().uuidString
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .file(path)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and returns its path.
    @discardableResult
    public func write(
        _ name: String, _ content: [UInt8], permissions: Int = 0o600
    ) throws(TestCertificate.Failure) -> String {
        let file = "\(path)/\(name)"
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: permissions]
        guard FileManager.default.createFile(atPath: file, contents: Data(content), attributes: attributes),
            (try? FileManager.default.setAttributes(attributes, ofItemAtPath: file)) != nil
        else { throw .file(file) }
        return file
    }

    /// Writes a file of text, and returns its path.
    @discardableResult
    public func write(
        _ name: String, _ text: String, permissions: Int = 0o600
    ) throws(TestCertificate.Failure) -> String {
        try write(name, Array(text.utf8), permissions: permissions)
    }

    /// Writes a certificate and its key, and returns where.
    public func write(
        _ certificate: TestCertificate, as name: String = "server"
    ) throws(TestCertificate.Failure) -> TLSConfiguration.Identity {
        TLSConfiguration.Identity(
            certificatePath: try write("\(name).crt", certificate.pem),
            keyPath: try write("\(name).key", certificate.keyPEM))
    }
}
