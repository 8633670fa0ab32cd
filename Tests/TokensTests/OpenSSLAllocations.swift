import Bytes
import TestSupport
import Testing

@testable import Tokens

/// What OpenSSL asks for inside one check of a signature, with nothing of ours around it.
enum OpenSSLAllocations {
    /// The blocks that checking this token's signature takes; none when its algorithm is not OpenSSL's.
    static func count(checking token: [UInt8], with keyring: Keyring) throws -> Int {
        let segments = String(decoding: token, as: UTF8.self).split(separator: ".", omittingEmptySubsequences: false)
        guard segments.count == 3, let key = try key(of: String(segments[0]), in: keyring) else { return 0 }
        let message = Array("\(segments[0]).\(segments[1])".utf8)
        var signature = ByteBuffer(capacity: 512)
        guard Base64URL.decode(Array(segments[2].utf8).span.raw, into: &signature) else { return 0 }
        switch key.material {
        case .rsa(let key, let algorithm):
            let isPSS = [.ps256, .ps384, .ps512].contains(algorithm)
            let prepared = try OpenSSLSignature(
                .verify, key.key, isPSS ? .rsaPSS(algorithm.hash) : .rsaPKCS1(algorithm.hash))
            return count(signature.bytes.array, algorithm.hash.digest(of: message.span.raw), prepared)
        case .ec(let key):
            let prepared = try OpenSSLSignature(.verify, key.key, .ecdsa)
            let order = key.curve.order
            guard let encoded = ECDSASignature(fields: signature.bytes, curve: key.curve, order: order) else {
                return 0
            }
            return count(encoded.bytes.array, key.curve.hash.digest(of: message.span.raw), prepared)
        default: return 0
        }
    }

    private static func count(
        _ signature: [UInt8], _ digest: MessageDigest, _ prepared: borrowing OpenSSLSignature
    ) -> Int {
        // The first call warms what OpenSSL keeps.
        _ = prepared.isValid(signature.span.raw, digest: digest.bytes)
        return allocations { prepared.isValid(signature.span.raw, digest: digest.bytes) }.count
    }

    /// The key that a header of ours names, or the only one of its algorithm.
    private static func key(of header: String, in keyring: Keyring) throws -> VerificationKey? {
        var decoded = ByteBuffer(capacity: 256)
        guard Base64URL.decode(Array(header.utf8).span.raw, into: &decoded) else { return nil }
        let text = String(decoded.bytes)
        return keyring.verificationKeys.first { text.contains("\"kid\":\"\($0.id)\"") }
    }
}
