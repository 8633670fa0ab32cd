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
    }
}

extension Algorithm {
    /// How its keys are made: the one place that knows it.
    var keyRecipe: KeyRecipe {
        switch self {
        case .hs256: KeyRecipe(suffix: ".secret", material: .secret(byteCount: 32))
        case .edDSA: KeyRecipe(suffix: ".pem", material: .ed25519)
        case .v4Public: KeyRecipe(suffix: ".v4public.pem", material: .ed25519)
        }
    }
}

extension KeyRecipe {
    /// Writes a new key under this name for its owner only, as a whole or not at all.
    func write(_ id: KeyID, in directory: borrowing DirectoryHandle) throws(KeyError) {
        switch material {
        case .secret(let byteCount): try writeSecret("\(id)\(suffix)", byteCount: byteCount, in: directory)
        case .ed25519: try writeEd25519("\(id)\(suffix)", in: directory)
        }
    }

    private func writeEd25519(_ name: String, in directory: borrowing DirectoryHandle) throws(KeyError) {
        var text = ByteBuffer(capacity: 256)
        defer { text.wipe() }
        try PEM.append(try Ed25519SecretKey.random(), to: &text)
        try directory.write(name, content: text.bytes)
    }

    private func writeSecret(
        _ name: String, byteCount: Int, in directory: borrowing DirectoryHandle
    ) throws(KeyError) {
        let secret = try GuardedBytes(count: byteCount) { (target: inout MutableRawSpan) throws(KeyError) in
            // One in 128 would be refused when it is read, as if it ended in a newline.
            repeat { Random.fill(&target) } while Self.endsInNewline(target.bytes)
        }
        try directory.write(name, content: secret.bytes)
    }

    private static func endsInNewline(_ bytes: RawSpan) -> Bool {
        let last = bytes[bytes.byteCount - 1]
        return last == 0x0A || last == 0x0D
    }
}
