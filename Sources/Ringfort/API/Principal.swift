import Bytes
public import Tokens

/// Who sends a request, as its verified token or API key says. The pair of issuer and subject names a principal, never the
/// subject alone: two issuers may both know an `alice`.
public struct Principal: ~Escapable {
    /// The token's `sub`, or the API key's public name; empty when anonymous.
    public let subject: RawSpan
    /// The token's `iss`, or `urn:ringfort:api-key`, which no token can have; empty when anonymous or when the token has none.
    public let issuer: RawSpan
    /// The scopes that the token or API key grants, as far as any route asks for them.
    public let scopes: ScopeSet
    /// The token's claims, a JSON object; empty when anonymous or when it was an API key.
    public let claims: RawSpan

    /// Whether nobody was asked who they are.
    public var isAnonymous: Bool { subject.isEmpty }

    @_lifetime(copy subject, copy issuer, copy claims)
    init(subject: RawSpan, issuer: RawSpan, scopes: ScopeSet, claims: RawSpan) {
        self.subject = subject
        self.issuer = issuer
        self.scopes = scopes
        self.claims = claims
    }

    /// Nobody in particular, who may nothing in particular.
    static var anonymous: Principal {
        @_lifetime(immortal)
        get { Principal(subject: RawSpan(), issuer: RawSpan(), scopes: ScopeSet(), claims: RawSpan()) }
    }
}
