internal import Bytes

/// How a key of an algorithm is made, and how its file is called.
struct KeyRecipe: Sendable {
    /// What follows the key's name in the name of its file.
    let suffix: String
    let material: Material

    enum Material: Sendable {
        /// So many random bytes, as they are.
        case secret(byteCount: Int)
        /// PKCS#8 in PEM.
        case ed25519
        /// A scalar of P-384, as PASERK writes it.
        case p384
        /// Hexadecimal digits.
        case localKey
    }
}

extension Algorithm {
    /// How its keys are made: the one place that knows it.
    var keyRecipe: KeyRecipe {
        switch self {
        case .hs256: KeyRecipe(suffix: ".secret", material: .secret(byteCount: 32))
        case .edDSA: KeyRecipe(suffix: ".pem", material: .ed25519)
        case .v4Public: KeyRecipe(suffix: ".v4public.pem", material: .ed25519)
        case .v4Local: KeyRecipe(suffix: ".v4local.key", material: .localKey)
        case .v3Public: KeyRecipe(suffix: ".paserk", material: .p384)
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
        case .p384: try PASERK.append(.v3Public(try P384SecretKey.random(), id: id), to: &content)
        case .localKey: try LocalKey.random().append(hexadecimalTo: &content)
        }
        try directory.write("\(id)\(suffix)", content: content.bytes)
    }

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
