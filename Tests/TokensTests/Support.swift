import Bytes
import Foundation
import TestSupport
import Testing

@testable import Tokens

extension RawSpan {
    /// A copy of the bytes.
    var array: [UInt8] { (0..<byteCount).map { self[$0] } }
}

extension [UInt8] {
    /// The bytes of hexadecimal digits.
    init(hex: String) {
        let digits = Array(hex.utf8)
        self = stride(from: 0, to: digits.count - 1, by: 2).map {
            (digits[$0].hexDigitValue ?? 0) << 4 | (digits[$0 + 1].hexDigitValue ?? 0)
        }
    }

    /// Their base64url text.
    var base64URL: String {
        var buffer = ByteBuffer(capacity: 64)
        Base64URL.encode(span.raw, into: &buffer)
        return String(buffer.bytes)
    }
}

extension SymmetricSecret {
    convenience init(_ text: String) throws(KeyError) { try self.init(Array(text.utf8).span.raw) }
}

/// The test vectors of tokens and keys.
enum Vectors {
    /// The JSON document at `path`.
    static func json(_ path: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(Fixture.bytes(path)))
    }

    /// The JSON object at `path`.
    static func object(_ path: String) throws -> [String: Any] { try #require(json(path) as? [String: Any]) }

    /// The key in a JWK that was read as part of a vector; where it does not say its algorithm, the vector does.
    static func key(_ jwk: [String: Any], algorithm: Algorithm? = nil) throws -> KeyFile {
        let text = [UInt8](try JSONSerialization.data(withJSONObject: jwk))
        return try JWK.key(text.span.raw, defaultID: KeyID("unnamed"), defaultAlgorithm: algorithm)
    }

    /// The algorithm that a vector names.
    static func algorithm(_ name: String?) -> Algorithm? { Algorithm.jwt.first { $0.description == name } }

    /// The set of keys that was read as part of a vector.
    static func set(_ keys: [[String: Any]], origin: JWKSet.Origin = .file) throws -> JWKSet {
        let text = [UInt8](try JSONSerialization.data(withJSONObject: ["keys": keys]))
        return try JWKSet(text.span.raw, origin: origin)
    }

    /// The test groups of a Wycheproof file.
    static func groups(_ file: String) throws -> [[String: Any]] {
        try #require(object("jose/wycheproof/\(file)")["testGroups"] as? [[String: Any]])
    }

    /// The cases of a Wycheproof group.
    static func cases(_ group: [String: Any]) throws -> [WycheproofCase] {
        try #require(group["tests"] as? [[String: Any]]).map { try WycheproofCase($0) }
    }
}

/// One case of a Wycheproof file about signatures or codes.
struct WycheproofCase {
    let name: Comment
    let message: [UInt8]
    let signature: [UInt8]
    let result: String
    let flags: [String]

    init(_ test: [String: Any]) throws {
        name = Comment(rawValue: "tcId \(test["tcId"] ?? "?"): \(test["comment"] ?? "")")
        message = [UInt8](hex: try #require(test["msg"] as? String))
        signature = [UInt8](hex: try #require((test["sig"] ?? test["tag"]) as? String))
        result = try #require(test["result"] as? String)
        flags = test["flags"] as? [String] ?? []
    }
}

/// Two keys of each algorithm. Those of RSA and ECDSA are made once a process, the others from fixed seeds.
enum TestKeys {
    static func secret(_ number: UInt8 = 1, count: Int = 32) throws -> SymmetricSecret {
        try SymmetricSecret([UInt8](repeating: number, count: count).span.raw)
    }

    static func ed25519(_ number: UInt8 = 1) throws -> Ed25519SecretKey {
        try Ed25519SecretKey(seed: [UInt8](repeating: number, count: 32).span.raw)
    }

    static func signing(_ algorithm: Algorithm, _ number: UInt8 = 1) throws -> SigningKey {
        let id = try KeyID("\(algorithm)-\(number)")
        return switch algorithm {
        case .hs256: .hs256(try secret(number), id: id)
        case .hs384: try .hs384(secret(number, count: 48), id: id)
        case .hs512: try .hs512(secret(number, count: 64), id: id)
        case .rs256: .rsa(try rsa(number), .rs256, id: id)
        case .rs384: .rsa(try rsa(number), .rs384, id: id)
        case .rs512: .rsa(try rsa(number), .rs512, id: id)
        case .ps256: .rsa(try rsa(number), .ps256, id: id)
        case .ps384: .rsa(try rsa(number), .ps384, id: id)
        case .ps512: .rsa(try rsa(number), .ps512, id: id)
        case .es256: .ec(try ec(.p256, number), id: id)
        case .es384: .ec(try ec(.p384, number), id: id)
        case .es512: .ec(try ec(.p521, number), id: id)
        case .edDSA: .edDSA(try ed25519(number), id: id)
        case .ed25519: .ed25519(try ed25519(number), id: id)
        case .v4Public: .v4Public(try ed25519(number), id: id)
        case .v4Local: .v4Local(try local(number), id: id)
        case .v3Public: .v3Public(try p384(number), id: id)
        case .v3Local: .v3Local(try local(number), id: id)
        case .v2Public: .v2Public(try ed25519(number), id: id)
        case .v2Local: .v2Local(try local(number), id: id)
        }
    }

    static func local(_ number: UInt8 = 1) throws -> LocalKey {
        try LocalKey([UInt8](repeating: number, count: 32).span.raw)
    }

    static func p384(_ number: UInt8 = 1) throws -> P384SecretKey {
        try P384SecretKey(scalar: [UInt8](repeating: number, count: 48).span.raw)
    }
}

extension TestKeys {
    static func rsa(_ number: UInt8 = 1) throws -> RSASecretKey {
        try (number == 1 ? firstRSA : secondRSA).get()
    }

    static func ec(_ curve: ECCurve, _ number: UInt8 = 1) throws -> ECSecretKey {
        try #require((number == 1 ? firstEC : secondEC)[curve]).get()
    }

    private static let firstRSA = Result { try RSASecretKey(generatingBits: 2_048) }
    private static let secondRSA = Result { try RSASecretKey(generatingBits: 2_048) }
    private static let firstEC = curves()
    private static let secondEC = curves()

    private static func curves() -> [ECCurve: Result<ECSecretKey, any Error>] {
        Dictionary(
            uniqueKeysWithValues: ECCurve.allCases.map { curve in (curve, Result { try ECSecretKey(generating: curve) })
            })
    }
}

extension Algorithm {
    var isEd25519: Bool { self == .edDSA || self == .ed25519 }

    /// All those whose tokens are JWTs.
    static let jwt = allCases.filter { $0.format == .jwt }
}

/// Tokens whose every part a test chooses.
enum TestToken {
    /// A compact JWS with exactly this header and payload, signed by whatever key.
    static func jwt(header: String, payload: String, _ key: SigningKey) throws -> String {
        let message = "\(Array(header.utf8).base64URL).\(Array(payload.utf8).base64URL)"
        return "\(message).\(try signature(over: message, key).base64URL)"
    }

    /// A key's signature over a text.
    static func signature(over message: String, _ key: SigningKey) throws -> [UInt8] {
        var signature = ByteBuffer(capacity: 512)
        let isSigned = try Signer(key).append(signatureOver: Array(message.utf8).span.raw, to: &signature)
        #expect(isSigned)
        return signature.bytes.array
    }

    /// A compact JWS with exactly this header and payload, signed by an HMAC-SHA-256.
    static func hs256(header: String, payload: String, _ secret: SymmetricSecret) throws -> String {
        let message = "\(Array(header.utf8).base64URL).\(Array(payload.utf8).base64URL)"
        let code = try HMAC.sha256(secret).code(of: Array(message.utf8).span.raw)
        return "\(message).\(code.bytes.array.base64URL)"
    }

    /// A compact JWS with exactly this header and payload, signed by Ed25519.
    static func edDSA(header: String, payload: String, _ key: Ed25519SecretKey) -> String {
        let message = "\(Array(header.utf8).base64URL).\(Array(payload.utf8).base64URL)"
        return "\(message).\(key.signature(over: Array(message.utf8).span.raw).span.raw.array.base64URL)"
    }

    /// A PASETO v4.public with exactly this payload and footer.
    static func v4Public(
        payload: String, footer: String = "", implicitAssertion: String = "", _ key: Ed25519SecretKey
    ) -> String {
        (try? paseto(
            .v4Public(key, id: KeyID("any")), payload: payload, footer: footer, implicitAssertion: implicitAssertion))
            ?? ""
    }

    /// A PASETO with exactly this payload, footer and nonce.
    static func paseto(
        _ key: SigningKey, payload: String, footer: String = "", implicitAssertion: String = "",
        nonce: [UInt8] = [UInt8](repeating: 7, count: 32)
    ) throws -> String {
        var footerBytes = ByteBuffer(capacity: 64)
        var assertion = ByteBuffer(capacity: 64)
        footerBytes.append(footer)
        assertion.append(implicitAssertion)
        var body = ByteBuffer(capacity: 256)
        let issuer = try TokenIssuer(key)
        switch issuer.signer {
        case .paseto(let signer):
            let isMade = signer.append(
                Array(payload.utf8).span.raw, footer: footerBytes, assertion: assertion, nonce: nonce.span.raw,
                to: &body)
            #expect(isMade)
        default: Issue.record("this is no key for PASETO")
        }
        return key.algorithm.pasetoHeader.description + body.bytes.array.base64URL
            + (footer.isEmpty ? "" : ".\(Array(footer.utf8).base64URL)")
    }
}

/// What a verifier found in a token, in types that a test can compare.
struct Proof: Equatable {
    var subject: String
    var issuer: String
    var payload: String
    var scopes: ScopeSet
    var expires: Int64
    var keyID: KeyID?
}

/// A verifier with all that it needs.
struct TestVerifier: ~Copyable {
    var verifier = TokenVerifier()
    var keyring: Keyring
    let policy: ClaimsPolicy
    let scopes: ScopeTable
    var now: Int64

    /// Knows the scopes `read:profile`, `write:posts` and `delete:posts`, besides all that other tests registered.
    init(_ keyring: Keyring, policy: consuming ClaimsPolicy, now: Int64 = 1_700_000_000) throws {
        _ = try ScopeSet(validating: "read:profile write:posts delete:posts")
        self.keyring = keyring
        self.policy = policy
        scopes = ScopeTable(ScopeRegistry.shared.names)
        self.now = now
    }

    init(_ keyring: Keyring, now: Int64 = 1_700_000_000) throws {
        try self.init(keyring, policy: ClaimsPolicy(), now: now)
    }

    mutating func verify(_ token: String) throws(TokenError) -> Proof { try verify(Array(token.utf8)) }

    mutating func verify(_ token: [UInt8]) throws(TokenError) -> Proof {
        try Self.verify(token, &verifier, keyring, policy, scopes, now)
    }

    private static func verify(
        _ token: [UInt8], _ verifier: inout TokenVerifier, _ keyring: Keyring, _ policy: borrowing ClaimsPolicy,
        _ scopes: ScopeTable, _ now: Int64
    ) throws(TokenError) -> Proof {
        let claims = try verifier.verify(
            token.span.raw, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: now)
        return Proof(
            subject: String(claims.subject), issuer: String(claims.issuer), payload: String(claims.payload),
            scopes: claims.scopes, expires: claims.expiresUnixSeconds, keyID: keyring.keyID(of: claims.table))
    }

    /// Why the token is refused, or nil when it is taken.
    mutating func refusal(_ token: String) -> TokenError? {
        do throws(TokenError) {
            _ = try verify(token)
            return nil
        } catch {
            return error
        }
    }

    /// Why nobody is believed to have made the token, or nil when a key did, whatever its payload.
    mutating func authenticationRefusal(_ token: String) -> TokenError? {
        do throws(TokenError) {
            _ = try verifier.authenticate(
                Array(token.utf8).span.raw, keyring: keyring, policy: policy, { _ in true })
            return nil
        } catch {
            return error
        }
    }

    /// The payload of the token that was authenticated last.
    var payload: [UInt8] { verifier.payload.bytes.array }
}
