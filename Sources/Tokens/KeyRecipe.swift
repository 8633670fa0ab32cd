internal import Bytes

/// How a key of an algorithm is made, and how its file is called.
struct KeyRecipe: Sendable {
    /// What follows the key's name in the name of its file.
    let suffix: String
    let material: Material

    enum Material: Sendable {
        /// So many random bytes, as they are.
        case secret(byteCount: Int)
        /// PKCS#8 in PEM, of Ed25519.
        case ed25519
        /// PKCS#8 in PEM, of an elliptic curve.
        case ec(ECCurve)
        /// PKCS#8 in PEM, of RSA.
        case rsa
        /// Hexadecimal digits.
        case localKey
    }
}

extension Algorithm {
    /// How its keys are made: the one place that knows it.
    var keyRecipe: KeyRecipe {
        switch self {
        case .hs256: KeyRecipe(suffix: ".secret", material: .secret(byteCount: 32))
        case .hs384: KeyRecipe(suffix: ".hs384.secret", material: .secret(byteCount: 48))
        case .hs512: KeyRecipe(suffix: ".hs512.secret", material: .secret(byteCount: 64))
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            KeyRecipe(suffix: ".\(description.lowercased()).pem", material: .rsa)
        case .es256: KeyRecipe(suffix: ".pem", material: .ec(.p256))
        case .es384: KeyRecipe(suffix: ".pem", material: .ec(.p384))
        case .es512: KeyRecipe(suffix: ".pem", material: .ec(.p521))
        case .edDSA: KeyRecipe(suffix: ".pem", material: .ed25519)
        case .ed25519: KeyRecipe(suffix: ".ed25519.pem", material: .ed25519)
        case .v4Public: KeyRecipe(suffix: ".v4public.pem", material: .ed25519)
        case .v4Local: KeyRecipe(suffix: ".v4local.key", material: .localKey)
        case .v3Public: KeyRecipe(suffix: ".v3public.pem", material: .ec(.p384))
        case .v3Local: KeyRecipe(suffix: ".v3local.key", material: .localKey)
        case .v2Public: KeyRecipe(suffix: ".v2public.pem", material: .ed25519)
        case .v2Local: KeyRecipe(suffix: ".v2local.key", material: .localKey)
        }
    }
}

extension KeyRecipe {
    /// Writes a new key under this name for its owner only, as a whole or not at all.
    func write(_ id: KeyID, in directory: borrowing DirectoryHandle) throws(KeyError) {
        // Enough for any of them: a buffer that grew would leave a part of the key in the memory that it gave back.
        var content = ByteBuffer(capacity: 16_384)
        defer { content.wipe() }
        switch material {
        case .secret(let byteCount): Self.appendSecret(byteCount: byteCount, to: &content)
        case .ed25519: try PEM.append(try Ed25519SecretKey.random(), to: &content)
        case .ec(let curve): try OpenSSLKey(generating: curve).append(to: &content)
        case .rsa: try OpenSSLKey(generatingRSABits: Self.rsaBits).append(to: &content)
        case .localKey: try LocalKey.random().append(hexadecimalTo: &content)
        }
        try directory.write("\(id)\(suffix)", content: content.bytes)
    }

    /// What every library takes; more bits make each signature several times as dear.
    static let rsaBits = 2_048

    private static func appendSecret(byteCount: Int, to buffer: inout ByteBuffer) {
        buffer.append(count: byteCount) { target in
            // One in 128 would be refused when it is read, as if it ended in a newline.
            repeat { Random.fill(&target) } while endsInNewline(target.bytes)
        }
    }

    private static func endsInNewline(_ bytes: RawSpan) -> Bool {
        let last = bytes[bytes.byteCount - 1]
        return last == 0x0A || last == 0x0D
    }
}
