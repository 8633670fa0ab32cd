/// What a file in a key directory is, by its name: `ID.pem`, `ID.pub.pem`, `ID.v4public.pem`, `ID.v4public.pub.pem`,
/// the same for `v3public` and `v2public`, `ID.v4local.key`, `ID.v3local.key`, `ID.v2local.key`, `ID.paserk`, `ID.secret`
/// or `ID.jwk`.
struct KeyFileName: Equatable {
    /// The name of the key, unless the file's content says otherwise.
    let id: String
    let kind: Kind

    enum Kind: Equatable {
        /// Ed25519 in PEM, for JWT.
        case edDSA
        /// Ed25519 in PEM, for PASETO v4.public.
        case v4Public
        /// P-384 in PEM, for PASETO v3.public.
        case v3Public
        /// Ed25519 in PEM, for PASETO v2.public.
        case v2Public
        /// Hexadecimal digits of a key for PASETO v4.local.
        case v4Local
        /// Hexadecimal digits of a key for PASETO v3.local.
        case v3Local
        /// Hexadecimal digits of a key for PASETO v2.local.
        case v2Local
        /// A key as PASERK writes it.
        case paserk
        /// The bytes of an HMAC-SHA-256 secret.
        case secret
        /// One JSON web key.
        case jwk
    }

    /// Nil for a file that is none of ours.
    init?(_ name: String) {
        if let id = name.dropping(suffix: ".secret") {
            self.init(id: id, kind: .secret)
        } else if let id = name.dropping(suffix: ".jwk") {
            self.init(id: id, kind: .jwk)
        } else if let id = name.dropping(suffix: ".v4local.key") {
            self.init(id: id, kind: .v4Local)
        } else if let id = name.dropping(suffix: ".v3local.key") {
            self.init(id: id, kind: .v3Local)
        } else if let id = name.dropping(suffix: ".v2local.key") {
            self.init(id: id, kind: .v2Local)
        } else if let id = name.dropping(suffix: ".paserk") {
            self.init(id: id, kind: .paserk)
        } else if let rest = name.dropping(suffix: ".pem") {
            let stem = rest.dropping(suffix: ".pub") ?? rest
            if let id = stem.dropping(suffix: ".v4public") {
                self.init(id: id, kind: .v4Public)
            } else if let id = stem.dropping(suffix: ".v3public") {
                self.init(id: id, kind: .v3Public)
            } else if let id = stem.dropping(suffix: ".v2public") {
                self.init(id: id, kind: .v2Public)
            } else {
                self.init(id: stem, kind: .edDSA)
            }
        } else {
            return nil
        }
    }

    private init?(id: String, kind: Kind) {
        // A hidden file is an editor's, or a key that was being written when something stopped it.
        guard !id.isEmpty, !id.hasPrefix(".") else { return nil }
        self.id = id
        self.kind = kind
    }
}

extension String {
    fileprivate func dropping(suffix: String) -> String? {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
    }
}
