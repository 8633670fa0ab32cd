import Bytes
import TestSupport
import Testing

@testable import Tokens

/// What OpenSSL asks for inside one check of a v3.public's signature, with nothing of ours around it.
enum P384Allocations {
    /// The blocks that checking this token's signature with this key takes; none for a token of another kind.
    static func count(checking token: [UInt8], with key: P384PublicKey) throws -> Int {
        let parts = String(decoding: token, as: UTF8.self).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "v3", parts[1] == "public" else { return 0 }
        var body = ByteBuffer(capacity: 512)
        var footer = ByteBuffer(capacity: 512)
        let (bodyText, footerText) = (Array(parts[2].utf8), Array(parts[3].utf8))
        let isDecoded =
            Base64URL.decode(bodyText.span.raw, into: &body) && Base64URL.decode(footerText.span.raw, into: &footer)
        try #require(isDecoded)
        let bytes = body.bytes.array
        let message = Array(bytes.dropLast(P384Key.signatureBytes))
        let signature = Array(bytes.suffix(P384Key.signatureBytes))
        var memory = PASETOMemory()
        memory.beginSigned(.v3Public, publicKey: key)
        memory.append(message.span.raw, header: Algorithm.v3Public.pasetoHeader)
        memory.endSigned(.v3Public, footer: footer, assertion: ByteBuffer(capacity: 0))
        let digest = HashFunction.sha384.digest(of: memory.encoded.bytes)
        // The first call warms what OpenSSL keeps.
        _ = key.isValid(signature.span.raw, for: digest.bytes)
        return allocations { key.isValid(signature.span.raw, for: digest.bytes) }.count
    }
}
