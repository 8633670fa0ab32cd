/// What a file in a key directory is, by its name.
///
/// | name | content |
/// |---|---|
/// | `ID.pem` | a key in PEM whose type decides its algorithm: Ed25519 (`EdDSA`), P-256, P-384, P-521 |
/// | `ID.rs256.pem`, `ID.ps512.pem` … | an RSA key in PEM: its type leaves the algorithm open, so the name must say it |
/// | `ID.ed25519.pem` | an Ed25519 key in PEM whose tokens say `Ed25519` (RFC 9864) instead of `EdDSA` |
/// | `ID.v4public.pem`, `ID.v2public.pem` | an Ed25519 key in PEM for PASETO v4.public or v2.public |
/// | `ID.v3public.pem` | a P-384 key in PEM for PASETO v3.public |
/// | `ID.v4local.key`, `ID.v3local.key`, `ID.v2local.key` | a PASETO local key in hexadecimal digits |
/// | `ID.paserk` | a PASETO key as PASERK writes it, which says what it is for |
/// | `ID.secret`, `ID.hs384.secret`, `ID.hs512.secret` | the bytes of an HMAC secret; without more, for HS256 |
/// | `ID.jwk`, `ID.rs256.jwk` … | one JSON web key; where it has no `alg` and its type leaves a choice, the name must say it |
/// | `ID.jwks` | a set of JSON web keys, each under its own name |
///
/// `ID.pub.pem`, `ID.rs256.pub.pem` and so on say the same of what is meant to be a public key. Every algorithm of JWT may
/// stand before `.pem` and `.jwk`; one that the key does not fit is refused.
struct KeyFileName: Equatable {
    /// The name of the key, unless the file's content says otherwise.
    let id: String
    let kind: Kind

    enum Kind: Equatable {
        /// A key in PEM, for JWT; with its algorithm, where the name says it.
        case pem(Algorithm?)
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
        /// The bytes of an HMAC secret.
        case secret(Algorithm)
        /// One JSON web key; with its algorithm, where the name says it.
        case jwk(Algorithm?)
        /// A set of JSON web keys.
        case jwkSet
    }

    /// Nil for a file that is none of ours.
    init?(_ name: String) {
        if let stem = name.dropping(suffix: ".secret") {
            let (id, algorithm) = stem.droppingAlgorithm(among: [.hs384, .hs512])
            self.init(id: id, kind: .secret(algorithm ?? .hs256))
        } else if let stem = name.dropping(suffix: ".jwk") {
            let (id, algorithm) = stem.droppingAlgorithm(among: Self.jwtAlgorithms)
            self.init(id: id, kind: .jwk(algorithm))
        } else if let id = name.dropping(suffix: ".jwks") {
            self.init(id: id, kind: .jwkSet)
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
                let (id, algorithm) = stem.droppingAlgorithm(among: Self.jwtAlgorithms)
                self.init(id: id, kind: .pem(algorithm))
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

    private static let jwtAlgorithms = Algorithm.allCases.filter { $0.format == .jwt }
}

extension String {
    fileprivate func dropping(suffix: String) -> String? {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
    }

    /// The text before a suffix that names an algorithm in lower case, and that algorithm.
    fileprivate func droppingAlgorithm(among algorithms: [Algorithm]) -> (String, Algorithm?) {
        for algorithm in algorithms {
            if let rest = dropping(suffix: ".\(algorithm.description.lowercased())") { return (rest, algorithm) }
        }
        return (self, nil)
    }
}
