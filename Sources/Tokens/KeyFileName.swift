/// What a file in a key directory is, by its name: `ID.pem`, `ID.pub.pem`, `ID.v4public.pem`, `ID.v4public.pub.pem`,
/// `ID.secret` or `ID.jwk`.
struct KeyFileName: Equatable {
    /// The name of the key, unless the file's content says otherwise.
    let id: String
    let kind: Kind

    enum Kind: Equatable {
        /// Ed25519 in PEM, for JWT.
        case edDSA
        /// Ed25519 in PEM, for PASETO v4.public.
        case v4Public
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
        } else if let rest = name.dropping(suffix: ".pem") {
            let stem = rest.dropping(suffix: ".pub") ?? rest
            if let id = stem.dropping(suffix: ".v4public") {
                self.init(id: id, kind: .v4Public)
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
