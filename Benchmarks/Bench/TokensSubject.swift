import Bytes
import Tokens

/// Our tokens of one algorithm: a key, a token of it, and what a server would check it with.
final class TokensSubject {
    let algorithm: Algorithm
    /// The token that is verified.
    let token: [UInt8]
    /// How many bytes of claims it has.
    let claimBytes: Int
    /// What its signature covers.
    let signedMessage: [UInt8]

    private let issuer: TokenIssuer
    private let keyring: Keyring
    private let policy: ClaimsPolicy
    private let scopes: ScopeTable
    private var verifier = TokenVerifier()
    private static let now: Int64 = 1_767_225_600

    /// About 250 bytes of claims.
    private static let content = TokenContent(
        subject: "user-4711-8f3a-41d2-9c50-7b1e", scope: "read:profile write:posts delete:posts",
        issuer: "https://auth.example.com/realms/main", audience: "https://api.example.com/v1")

    init(_ algorithm: Algorithm) throws(BenchError) {
        self.algorithm = algorithm
        do throws(KeyError) {
            let key = try Self.key(algorithm)
            issuer = try TokenIssuer(key)
            keyring = try Keyring(signing: [key])
        } catch {
            throw .wrongAnswer("\(error)")
        }
        do throws(PolicyError) {
            policy = try ClaimsPolicy(issuer: Self.content.issuer, audience: Self.content.audience)
        } catch {
            throw .wrongAnswer("\(error)")
        }
        do throws(ScopeError) {
            _ = try ScopeSet(validating: Self.content.scope)
            scopes = try ScopeTable()
        } catch {
            throw .wrongAnswer("\(error)")
        }
        var buffer = ByteBuffer(capacity: 1_024)
        try Self.issue(issuer, into: &buffer)
        token = (0..<buffer.count).map { buffer.bytes[$0] }
        let claims = try Self.claims(of: token, keyring, policy, scopes)
        claimBytes = claims.count
        signedMessage = Self.signedMessage(of: token, claims: claims)
    }

    /// A JWT up to its signature, or the pieces of a PASETO, each behind its length (paseto-spec, section 2.2); of a local
    /// one the message as it was before it was encrypted, which is as long.
    private static func signedMessage(of token: [UInt8], claims: [UInt8]) -> [UInt8] {
        let segments = token.split(separator: UInt8(ascii: "."))
        guard segments.count == 4 else { return Array(token[..<segments[1].endIndex]) }
        var footer = ByteBuffer(capacity: 256)
        _ = Base64URL.decode(Array(segments[3]).span.raw, into: &footer)
        var pieces = [Array(token[...segments[1].endIndex]), claims, (0..<footer.count).map { footer.bytes[$0] }]
        // The implicit assertion, which version 2 has not.
        if token[1] != UInt8(ascii: "2") { pieces.append([]) }
        // The nonce, and a public key of version 3.
        if segments[1].elementsEqual("local".utf8) { pieces.insert([UInt8](repeating: 0, count: 32), at: 1) }
        if token.starts(with: "v3.public".utf8) { pieces.insert([UInt8](repeating: 0, count: 49), at: 0) }
        return pieces.reduce(length(pieces.count)) { $0 + length($1.count) + $1 }
    }

    private static func length(_ count: Int) -> [UInt8] { (0..<8).map { UInt8(count >> (8 * $0) & 0xFF) } }

    /// The seed of keys that follow from one.
    static let seed = [UInt8](repeating: 7, count: 32)

    /// Verifies the token so many times, and returns how often it was taken.
    func verify(_ repetitions: Int) throws(BenchError) -> Int {
        try Self.verify(repetitions, token, &verifier, keyring, policy, scopes)
    }

    private static func verify(
        _ repetitions: Int, _ token: [UInt8], _ verifier: inout TokenVerifier, _ keyring: Keyring,
        _ policy: borrowing ClaimsPolicy, _ scopes: ScopeTable
    ) throws(BenchError) -> Int {
        var taken = 0
        do throws(TokenError) {
            for _ in 0..<repetitions {
                let claims = try verifier.verify(
                    token.span.raw, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: now)
                if !claims.scopes.isEmpty { taken &+= 1 }
            }
        } catch {
            throw .wrongAnswer("a good token is refused: \(error.name)")
        }
        return taken
    }

    /// Issues so many tokens, and returns how many that were.
    func issue(_ repetitions: Int) throws(BenchError) -> Int {
        var buffer = ByteBuffer(capacity: 2_048)
        for _ in 0..<repetitions {
            buffer.removeAll()
            try Self.issue(issuer, into: &buffer)
        }
        return repetitions
    }

    private static func issue(
        _ issuer: borrowing TokenIssuer, into buffer: inout ByteBuffer
    ) throws(BenchError) {
        do throws(IssueError) {
            try issuer.issue(content, nowUnixSeconds: now, into: &buffer)
        } catch {
            throw .wrongAnswer("no token is made: \(error)")
        }
    }

    private static func claims(
        of token: [UInt8], _ keyring: Keyring, _ policy: borrowing ClaimsPolicy, _ scopes: ScopeTable
    ) throws(BenchError) -> [UInt8] {
        var verifier = TokenVerifier()
        do throws(TokenError) {
            let claims = try verifier.verify(
                token.span.raw, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: now)
            return (0..<claims.payload.byteCount).map { claims.payload[$0] }
        } catch {
            throw .wrongAnswer("a good token is refused: \(error.name)")
        }
    }

    private static func key(_ algorithm: Algorithm) throws(KeyError) -> SigningKey {
        let id = try KeyID("\(algorithm)-2026-01")
        let bytes = [UInt8](repeating: 7, count: 64)
        let secret = try SymmetricSecret(bytes.span.raw)
        let ed25519 = try Ed25519SecretKey(seed: seed.span.raw)
        switch algorithm {
        case .hs256: return .hs256(secret, id: id)
        case .hs384: return try .hs384(secret, id: id)
        case .hs512: return try .hs512(secret, id: id)
        case .rs256: return .rsa(try RSASecretKey(generatingBits: 2_048), .rs256, id: id)
        case .rs384: return .rsa(try RSASecretKey(generatingBits: 2_048), .rs384, id: id)
        case .rs512: return .rsa(try RSASecretKey(generatingBits: 2_048), .rs512, id: id)
        case .ps256: return .rsa(try RSASecretKey(generatingBits: 2_048), .ps256, id: id)
        case .ps384: return .rsa(try RSASecretKey(generatingBits: 2_048), .ps384, id: id)
        case .ps512: return .rsa(try RSASecretKey(generatingBits: 2_048), .ps512, id: id)
        case .es256: return .ec(try ECSecretKey(generating: .p256), id: id)
        case .es384: return .ec(try ECSecretKey(generating: .p384), id: id)
        case .es512: return .ec(try ECSecretKey(generating: .p521), id: id)
        case .edDSA: return .edDSA(ed25519, id: id)
        case .ed25519: return .ed25519(ed25519, id: id)
        case .v4Public: return .v4Public(ed25519, id: id)
        case .v4Local: return .v4Local(try LocalKey.random(), id: id)
        case .v3Public: return .v3Public(try P384SecretKey.random(), id: id)
        case .v3Local: return .v3Local(try LocalKey.random(), id: id)
        case .v2Public: return .v2Public(ed25519, id: id)
        case .v2Local: return .v2Local(try LocalKey.random(), id: id)
        }
    }
}
