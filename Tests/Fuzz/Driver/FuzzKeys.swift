import Bytes

@testable import Tokens

/// Keys of which no input knows the secret, and what a token is held against.
enum FuzzKeys {
    static let id = made { () throws(KeyError) in try KeyID("key-1") }
    static let hs256 = made { () throws(KeyError) in SigningKey.hs256(try SymmetricSecret(secret.span.raw), id: id) }
    static let v2Local = made { () throws(KeyError) in SigningKey.v2Local(try localKey(), id: try KeyID("v2Local")) }
    static let v3Local = made { () throws(KeyError) in SigningKey.v3Local(try localKey(), id: try KeyID("v3Local")) }
    static let v4Local = made { () throws(KeyError) in SigningKey.v4Local(try localKey(), id: try KeyID("v4Local")) }
    static let v4Public = made { () throws(KeyError) in SigningKey.v4Public(try ed25519(), id: try KeyID("v4Public")) }
    static let edDSA = made { () throws(KeyError) in SigningKey.edDSA(try ed25519(), id: try KeyID("edDSA")) }
    static let keyring = made { () throws(KeyError) in
        try Keyring(signing: [hs256, edDSA, v2Local, v3Local, v4Local, v4Public])
    }
    static let scopes = ScopeTable(["read:profile", "write:posts"])
    /// In the middle of what the test vectors state as their time.
    static let nowUnixSeconds: Int64 = 1_700_000_000

    private static let secret = (0..<32).map { UInt8($0 * 7 + 3) }

    private static func localKey() throws(KeyError) -> LocalKey {
        let bytes = secret
        return try LocalKey(bytes.span.raw)
    }

    private static func ed25519() throws(KeyError) -> Ed25519SecretKey {
        let seed = secret
        return try Ed25519SecretKey(seed: seed.span.raw)
    }

    private static func made<Value>(_ make: () throws(KeyError) -> Value) -> Value {
        do throws(KeyError) { return try make() } catch { fail("a good key is taken") }
    }
}

/// What is found of a token: its claims as they stand in it, or why it is refused.
enum TokenVerdict: Equatable {
    case taken([UInt8])
    case refused(TokenError)
}

/// Holds `token` against all keys, with a verifier that may have seen others.
func verdict(on token: RawSpan, _ verifier: inout TokenVerifier) -> TokenVerdict {
    let policy: ClaimsPolicy
    do throws(PolicyError) {
        policy = try ClaimsPolicy(longestLifetimeSeconds: 31_557_600)
    } catch {
        fail("a good policy is taken")
    }
    do throws(TokenError) {
        let claims = try verifier.verify(
            token, keyring: FuzzKeys.keyring, policy: policy, scopes: FuzzKeys.scopes,
            nowUnixSeconds: FuzzKeys.nowUnixSeconds)
        require(claims.subject.byteCount <= claims.bytes.byteCount, "a subject stands in the claims")
        return .taken(claims.payload.array)
    } catch {
        return .refused(error)
    }
}

/// A token that was made with one of our keys gets one verdict, means the claims that were signed, and is refused once a
/// byte of it has changed.
func requireSound(_ token: borrowing ByteBuffer, claims: RawSpan, _ choices: inout Choices) {
    var verifier = TokenVerifier()
    let first = verdict(on: token.bytes, &verifier)
    require(verdict(on: token.bytes, &verifier) == first, "a used verifier judges alike")
    guard case .taken(let read) = first else { return }
    require(claims.equals(read.span.raw), "the claims are those that were signed")

    var changed = token.bytes.array
    changed[choices.next(below: changed.count)] ^= 1 << UInt8(choices.next(below: 8))
    if case .taken = verdict(on: changed.span.raw, &verifier) { fail("a token with a flipped bit is refused") }
    require(verdict(on: token.bytes, &verifier) == first, "a refused token changes nothing for others")
}

/// No input knows a key, so none is a token.
func requireNotForged(_ bytes: RawSpan) {
    var verifier = TokenVerifier()
    if case .taken = verdict(on: bytes, &verifier) { fail("a token that no key of ours made is refused") }
}
