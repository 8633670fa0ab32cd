import Bytes

/// The name of a principal, to be kept with what is his: issuer and subject, never the subject alone.
public struct PrincipalID: Sendable, Hashable, Codable {
    /// The `iss` of his tokens, or `urn:ringfort:api-key`; empty when they have none.
    public let issuer: String
    /// The `sub` of his tokens, or the API key's public name; empty when anonymous.
    public let subject: String

    /// The principal whom an issuer calls `subject`.
    public init(issuer: String, subject: String) {
        self.issuer = issuer
        self.subject = subject
    }
}

extension Principal {
    /// Its name, copied: it may be kept.
    public var id: PrincipalID { PrincipalID(issuer: String(issuer), subject: String(subject)) }
}

extension Request {
    /// Passes when the route's `access` lets the principal act on an object of this owner; see
    /// `authorize(ownerSubject:ownerIssuer:)`.
    ///
    /// - Throws: 403 or 500, as that does.
    public func authorize(owner: PrincipalID) throws(Problem) {
        try authorize(ownerSubject: owner.subject.utf8.span.raw, ownerIssuer: owner.issuer.utf8.span.raw)
    }
}
