import Bytes
import Identity
import JSON
import Reactor
import SQLite
import Tokens

/// What is told of a token to who asks for it (RFC 7662 section 2.2).
enum TokenIntrospection {
    /// The answer, a JSON object: `{"active":false}` for whatever is no token that holds now. Verifies: not for a shard.
    static func answer(
        to token: String, _ application: Application, _ time: PassTime, _ store: IdentityStore
    ) throws(SQLiteError) -> String {
        var body = ByteBuffer(capacity: 512)
        if RandomSecret.hasForm(token.utf8.span.raw, of: .refreshToken) {
            let hash = RandomSecret.hash(of: token.utf8.span.raw)
            if let session = try store.session(ofRefreshHash: hash, nowUnixSeconds: time.unixSeconds) {
                write(session, into: &body)
            }
        } else {
            switch application.claims(of: token.utf8.span.raw, time) {
            case .some(let claims): write(claims.view, into: &body)
            case .none: break
            }
        }
        if body.isEmpty { body.append(#"{"active":false}"#) }
        return String(body.bytes)
    }

    private static func write(_ session: OpenSession, into body: inout ByteBuffer) {
        var object = JSONObjectWriter(into: &body)
        object.append("active", bool: true, into: &body)
        object.append("scope", string: session.scopes.joined(separator: " ").utf8.span.raw, into: &body)
        object.append("sub", string: session.user.utf8.span.raw, into: &body)
        object.append("exp", integer: session.expiresUnixSeconds, into: &body)
        object.append("iat", integer: session.createdUnixSeconds, into: &body)
        object.finish(into: &body)
    }

    private static func write(_ claims: VerifiedClaims, into body: inout ByteBuffer) {
        var tape = JSONTape()
        let payload: JSONValue
        do throws(JSONError) {
            payload = try tape.parse(claims.payload)
        } catch {
            preconditionFailure("proven claims are no JSON")
        }
        var object = JSONObjectWriter(into: &body)
        object.append("active", bool: true, into: &body)
        object.append("token_type", string: "Bearer", into: &body)
        object.append("sub", string: claims.subject, into: &body)
        // Those of a PASETO are texts.
        object.append("exp", integer: claims.expiresUnixSeconds, into: &body)
        if let time = claims.issuedUnixSeconds { object.append("iat", integer: time, into: &body) }
        if let time = claims.notBeforeUnixSeconds { object.append("nbf", integer: time, into: &body) }
        for name: StaticString in ["scope", "client_id", "iss", "aud", "jti", "cnf"] {
            guard let value = payload.member(name) else { continue }
            object.append(name: name, into: &body)
            body.append(json: value)
        }
        if payload.member("scope") == nil, !claims.scopes.isEmpty {
            object.append("scope", string: claims.scopes.description.utf8.span.raw, into: &body)
        }
        object.finish(into: &body)
    }
}

extension VerifiedClaims {
    /// The client that the token was given to (RFC 9068 section 2.2); nil where it doesn't say.
    var clientID: String? {
        var tape = JSONTape()
        do throws(JSONError) {
            guard let id = try tape.parse(payload).member("client_id")?.asString else { return nil }
            var text = ByteBuffer(capacity: 64)
            id.append(to: &text)
            return String(text.bytes)
        } catch {
            return nil
        }
    }
}

extension Application {
    /// What a token says that a request could bring now, judged as that one would be; nil where it would be refused. Verifies:
    /// not for a shard.
    func claims(of token: RawSpan, _ time: PassTime) -> ClaimsCopy? {
        var verifier = TokenVerifier()
        do throws(TokenError) {
            let found = try verifier.verify(
                token, keyring: keyring, policy: claims, scopes: scopes, nowUnixSeconds: time.unixSeconds)
            try (revoker.revocations ?? revocations).check(found)
            guard configuration.certificateBinding == .optional || !found.certificateThumbprint.isEmpty else {
                return nil
            }
            return ClaimsCopy(found)
        } catch {
            return nil
        }
    }
}
