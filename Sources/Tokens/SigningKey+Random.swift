internal import Bytes

extension SigningKey {
    /// A new key of an algorithm, which is in this process's memory only. One of RSA takes a tenth of a second and has 2048
    /// bits, like one that `KeyDirectory.generate` makes.
    ///
    /// - Throws: `KeyError.noGuardedMemory` when there is no memory to keep it in.
    public static func random(_ algorithm: Algorithm, id: KeyID) throws(KeyError) -> SigningKey {
        switch algorithm {
        case .hs256: .hs256(try .random(byteCount: 32), id: id)
        case .hs384: try .hs384(.random(byteCount: 48), id: id)
        case .hs512: try .hs512(.random(byteCount: 64), id: id)
        case .rs256: .rsa(try rsa(), .rs256, id: id)
        case .rs384: .rsa(try rsa(), .rs384, id: id)
        case .rs512: .rsa(try rsa(), .rs512, id: id)
        case .ps256: .rsa(try rsa(), .ps256, id: id)
        case .ps384: .rsa(try rsa(), .ps384, id: id)
        case .ps512: .rsa(try rsa(), .ps512, id: id)
        case .es256: .ec(try ECSecretKey(generating: .p256), id: id)
        case .es384: .ec(try ECSecretKey(generating: .p384), id: id)
        case .es512: .ec(try ECSecretKey(generating: .p521), id: id)
        case .edDSA: .edDSA(try .random(), id: id)
        case .ed25519: .ed25519(try .random(), id: id)
        case .v4Public: .v4Public(try .random(), id: id)
        case .v4Local: .v4Local(try .random(), id: id)
        case .v3Public: .v3Public(try .random(), id: id)
        case .v3Local: .v3Local(try .random(), id: id)
        case .v2Public: .v2Public(try .random(), id: id)
        case .v2Local: .v2Local(try .random(), id: id)
        }
    }

    private static func rsa() throws(KeyError) -> RSASecretKey {
        try RSASecretKey(generatingBits: KeyRecipe.rsaBits)
    }
}

extension SymmetricSecret {
    fileprivate static func random(byteCount: Int) throws(KeyError) -> SymmetricSecret {
        let secret = try GuardedBytes(count: byteCount) { (target: inout MutableRawSpan) throws(KeyError) in
            Random.fill(&target)
        }
        return try SymmetricSecret(secret.bytes)
    }
}
