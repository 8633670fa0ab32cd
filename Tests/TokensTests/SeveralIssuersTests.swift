import Bytes
import Testing

@testable import Tokens

@Suite("Several issuers")
struct SeveralIssuersTests {
    private static let (first, second) = ("https://a.example", "https://b.example")

    /// Both have a key of the same name for each algorithm, and not the same key.
    private static func verifier(
        _ algorithms: [Algorithm], _ requirements: [IssuerRequirements] = requirements
    ) throws -> TestVerifier {
        let keyrings = try [1, 2].map { number in
            try Keyring(signing: algorithms.map { try key($0, UInt8(number)) })
        }
        return try TestVerifier(Keyring(joining: keyrings), policy: ClaimsPolicy(requirements))
    }

    private static let requirements = [IssuerRequirements(issuer: first), IssuerRequirements(issuer: second)]

    private static func key(_ algorithm: Algorithm, _ number: UInt8) throws -> SigningKey {
        let id = try KeyID("same")
        return switch algorithm {
        case .edDSA: .edDSA(try TestKeys.ed25519(number), id: id)
        case .es256: .ec(try TestKeys.ec(.p256, number), id: id)
        case .v4Public: .v4Public(try TestKeys.ed25519(number), id: id)
        case .v3Public: .v3Public(try TestKeys.p384(number), id: id)
        case .v4Local: .v4Local(try TestKeys.local(number), id: id)
        default: .hs256(try TestKeys.secret(number), id: id)
        }
    }

    private static func token(
        _ algorithm: Algorithm, _ number: UInt8, issuer: String?, named: Bool = true, more: String = ""
    ) throws -> String {
        let key = try key(algorithm, number)
        let iss = issuer.map { #","iss":"\#($0)""# } ?? ""
        guard algorithm.format == .jwt else {
            return try TestToken.paseto(
                key, payload: #"{"sub":"jo","exp":"2023-11-14T22:15:00Z"\#(iss)\#(more)}"#,
                footer: named ? #"{"kid":"same"}"# : "")
        }
        return try TestToken.jwt(
            header: #"{"alg":"\#(algorithm)"\#(named ? #","kid":"same""# : "")}"#,
            payload: #"{"sub":"jo","exp":1700000100\#(iss)\#(more)}"#, key)
    }

    @Test(
        "each have their own keys, of which none makes another's tokens",
        arguments: [.hs256, .edDSA, .es256, .v4Public, .v3Public] as [Algorithm], [true, false])
    func keysApart(algorithm: Algorithm, named: Bool) throws {
        var verifier = try Self.verifier([algorithm])
        // Twice: the second time, the header is known, and both have the same one.
        for _ in 0..<2 {
            #expect(
                try verifier.verify(Self.token(algorithm, 1, issuer: Self.first, named: named)).issuer == Self.first)
            #expect(
                try verifier.verify(Self.token(algorithm, 2, issuer: Self.second, named: named)).issuer == Self.second)
            for (number, issuer) in [(1, Self.second), (2, Self.first)] as [(UInt8, String)] {
                let forged = try Self.token(algorithm, number, issuer: issuer, named: named)
                #expect(verifier.refusal(forged) == .signatureMismatch)
            }
        }
    }

    @Test("are the only ones whose tokens are taken", arguments: [.edDSA, .v4Public] as [Algorithm])
    func strangers(algorithm: Algorithm) throws {
        var verifier = try Self.verifier([algorithm])
        for issuer in [nil, "", "https://a.example/", "https://A.example", "https://c.example"] as [String?] {
            #expect(verifier.refusal(try Self.token(algorithm, 1, issuer: issuer)) == .wrongIssuer, "\(issuer ?? "-")")
        }
        for (more, refusal) in [
            (#","iss":1"#, TokenError.wrongIssuer), (#","iss":["https://a.example"]"#, .wrongIssuer),
            (#","iss":"https://a.example","iss":"https://b.example""#, .malformedClaims),
        ] {
            #expect(verifier.refusal(try Self.token(algorithm, 1, issuer: nil, more: more)) == refusal, "\(more)")
        }
        // However it is written.
        #expect(verifier.refusal(try Self.token(algorithm, 1, issuer: #"https:\/\/\u0061.example"#)) == nil)
    }

    @Test("of encrypted tokens are told apart by their keys, and held against the claims")
    func encrypted() throws {
        let keyrings = [
            try Keyring(signing: [.v4Local(TestKeys.local(1), id: KeyID("one")), TestKeys.signing(.edDSA)]),
            try Keyring(signing: [.v4Local(TestKeys.local(2), id: KeyID("two"))]),
        ]
        var verifier = try TestVerifier(Keyring(joining: keyrings), policy: ClaimsPolicy(Self.requirements))
        func token(_ number: UInt8, _ issuer: String, _ footer: String) throws -> String {
            try TestToken.paseto(
                .v4Local(TestKeys.local(number), id: KeyID("any")),
                payload: #"{"sub":"jo","exp":"2023-11-14T22:15:00Z","iss":"\#(issuer)"}"#, footer: footer)
        }
        #expect(verifier.refusal(try token(1, Self.first, #"{"kid":"one"}"#)) == nil)
        #expect(verifier.refusal(try token(2, Self.second, #"{"kid":"two"}"#)) == nil)
        #expect(verifier.refusal(try token(1, Self.second, #"{"kid":"one"}"#)) == .wrongIssuer)
        #expect(verifier.refusal(try token(2, Self.first, #"{"kid":"two"}"#)) == .wrongIssuer)
        #expect(verifier.refusal(try token(1, Self.first, #"{"kid":"two"}"#)) != nil)
        #expect(verifier.refusal(try token(1, Self.first, #"{"kid":"three"}"#)) == .unknownKey)
        // Without a name, or with one that both have, nobody knows whose it is.
        #expect(verifier.refusal(try token(1, Self.first, "")) == .ambiguousKey)
        var same = try Self.verifier([.v4Local])
        #expect(same.refusal(try Self.token(.v4Local, 1, issuer: Self.first)) == .ambiguousKey)
    }

    @Test("each have their audiences, type and clock skew")
    func requirements() throws {
        var verifier = try Self.verifier(
            [.edDSA],
            [
                IssuerRequirements(issuer: Self.first, audiences: ["x", "y"], clockSkewSeconds: 0),
                IssuerRequirements(issuer: Self.second, type: "at+jwt", clockSkewSeconds: 120),
            ])
        for (audience, refusal) in [
            (#""x""#, nil), (#""y""#, nil), (#"["z","y"]"#, nil), (#""z""#, TokenError.wrongAudience),
            (#""xy""#, .wrongAudience),
        ] {
            let token = try Self.token(.edDSA, 1, issuer: Self.first, more: #","aud":\#(audience)"#)
            #expect(verifier.refusal(token) == refusal, "\(audience)")
        }
        #expect(verifier.refusal(try Self.token(.edDSA, 1, issuer: Self.first)) == .wrongAudience)
        #expect(verifier.refusal(try Self.token(.edDSA, 2, issuer: Self.second)) == .wrongType)
        let claims = #"{"sub":"jo","exp":1700000100,"iss":"\#(Self.second)"}"#
        let typed = try TestToken.jwt(
            header: #"{"alg":"EdDSA","kid":"same","typ":"at+jwt"}"#, payload: claims, Self.key(.edDSA, 2))
        #expect(verifier.refusal(typed) == nil)
        let expiring = try Self.token(.edDSA, 1, issuer: Self.first, more: #","aud":"x""#)
        verifier.now = 1_700_000_100
        #expect(verifier.refusal(expiring) == .expired)
        #expect(verifier.refusal(typed) == nil)
    }

    @Test("are refused as a policy that nobody could hold")
    func policies() {
        func error(_ requirements: [IssuerRequirements]) -> PolicyError? {
            do throws(PolicyError) {
                _ = try ClaimsPolicy(requirements)
                return nil
            } catch {
                return error
            }
        }
        let one = IssuerRequirements(issuer: "a")
        #expect(error([]) == .issuerCountOutOfRange)
        #expect(error([one, IssuerRequirements()]) == .unnamedIssuer)
        #expect(error([one, one]) == .repeatedIssuer)
        #expect(error([one, IssuerRequirements(issuer: "")]) == .emptyRequirement)
        #expect(error([IssuerRequirements(audiences: [""])]) == .emptyRequirement)
        #expect(error([IssuerRequirements(rolesClaim: "scope")]) == .registeredRolesClaim)
        #expect(error([IssuerRequirements(), one].reversed().map { $0 }) == .unnamedIssuer)
        #expect(error((0..<65).map { IssuerRequirements(issuer: "\($0)") }) == .issuerCountOutOfRange)
    }

    @Test("may all have their keys revoked by one name")
    func revokedKeys() throws {
        let verifier = try Self.verifier([.edDSA])
        let list = RevocationList(
            [.key(try KeyID("same"))], keyring: verifier.keyring, nowUnixSeconds: verifier.now)
        var own = TokenVerifier()
        for number in [1, 2] as [UInt8] {
            let token = Array(
                try Self.token(.edDSA, number, issuer: number == 1 ? Self.first : Self.second).utf8)
            let claims = try own.verify(
                token.span.raw, keyring: verifier.keyring, policy: verifier.policy, scopes: verifier.scopes,
                nowUnixSeconds: verifier.now)
            let isRevoked = Self.isRevoked(claims, list)
            #expect(isRevoked)
        }
    }

    private static func isRevoked(_ claims: VerifiedClaims, _ list: RevocationList) -> Bool {
        do throws(TokenError) {
            try list.check(claims)
            return false
        } catch {
            return error == .revoked
        }
    }
}

@Suite("Roles in a token")
struct RoleTests {
    private static func scopes(_ claims: String, rolesClaim: String?) throws -> Result<String, TokenError> {
        _ = try ScopeSet(validating: "role:read role:write role:delete")
        let table = ScopeTable(
            ScopeRegistry.shared.names,
            roles: ["editor": ScopeSet("role:read role:write"), "admin": ScopeSet("role:delete"), "none": ScopeSet()])
        let token = Array(
            try TestToken.jwt(
                header: #"{"alg":"HS256"}"#, payload: #"{"sub":"jo","exp":1700000100\#(claims)}"#,
                TestKeys.signing(.hs256)
            ).utf8)
        var verifier = TokenVerifier()
        let keyring = try Keyring(signing: [TestKeys.signing(.hs256)])
        let policy = try ClaimsPolicy([IssuerRequirements(rolesClaim: rolesClaim)])
        do throws(TokenError) {
            let claims = try verifier.verify(
                token.span.raw, keyring: keyring, policy: policy, scopes: table, nowUnixSeconds: 1_700_000_000)
            return .success(claims.scopes.names.filter { $0.hasPrefix("role:") }.sorted().joined(separator: " "))
        } catch {
            return .failure(error)
        }
    }

    @Test(
        "add their scopes to those that it has, and unknown ones nothing",
        arguments: [
            (#","roles":["editor"]"#, "role:read role:write"), (#","roles":"editor""#, "role:read role:write"),
            (#","roles":["editor","admin"]"#, "role:delete role:read role:write"), (#","roles":[]"#, ""),
            (#","roles":["Editor","edito","editors","*","editor "]"#, ""), (#","roles":"editor admin""#, ""),
            (#","roles":["none"]"#, ""), (#","roles":["admin"],"scope":"role:read""#, "role:delete role:read"),
            (#","scp":["role:write"],"roles":["adm\u0069n"]"#, "role:delete role:write"),
            (#","groups":["admin"]"#, ""), (#","Roles":["admin"]"#, ""), (#","a":{"roles":["admin"]}"#, ""), ("", ""),
        ])
    func scopes(claims: String, scopes: String) throws {
        #expect(try Self.scopes(claims, rolesClaim: "roles").get() == scopes)
    }

    @Test("mean nothing unless they are asked for, and then under the name that was given")
    func off() throws {
        #expect(try Self.scopes(#","roles":["admin"]"#, rolesClaim: nil).get() == "")
        #expect(
            try Self.scopes(#","roles":["admin"],"groups":["editor"]"#, rolesClaim: "groups").get()
                == "role:read role:write")
    }

    @Test(
        "that are no roles make it no token",
        arguments: [
            #","roles":1"#, #","roles":null"#, #","roles":{"admin":true}"#, #","roles":["admin",1]"#,
            #","roles":[["admin"]]"#,
        ])
    func malformed(claims: String) throws {
        #expect(throws: TokenError.malformedRoles) { try Self.scopes(claims, rolesClaim: "roles").get() }
    }
}
