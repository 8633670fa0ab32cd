import Bytes
public import Tokens

/// Who may act on an object, where that depends on whose it is: what a route says, and what its handler asks.
///
/// ```swift
/// posts.delete("/:id", access: .owner(with: .writePosts, orAnyoneWith: .deletePosts)) { request, response throws(Problem) in
///     guard let post = store.find(request.parameters.id) else { throw .notFound }
///     try request.authorize(ownerSubject: post.authorSubject, ownerIssuer: post.authorIssuer)
///     …
/// }
/// ```
/// The scopes stand at the route and not in the handler, since a token's scopes are only looked at where a route has
/// named them before the server was made.
public struct ObjectAccess: Sendable, Equatable, BitwiseCopyable {
    let ownerScopes: ScopeSet
    /// What makes an owner of everybody; empty where nothing does.
    let anyoneScopes: ScopeSet

    /// The owner, with a token that grants all of `ownerScopes`, or whoever has been granted all of `anyoneScopes`. Where
    /// those are empty, nobody but the owner.
    public static func owner(
        with ownerScopes: ScopeSet = ScopeSet(), orAnyoneWith anyoneScopes: ScopeSet = ScopeSet()
    ) -> ObjectAccess {
        ObjectAccess(ownerScopes: ownerScopes, anyoneScopes: anyoneScopes)
    }
}

extension Request {
    /// Passes when the route's `access` lets the principal act on an object of this owner; to be called before anything is
    /// changed, and before its preconditions are looked at.
    ///
    /// An owner is a pair, as a principal is: subjects of two issuers are two owners. An owner without a subject is nobody.
    ///
    /// Who may not act learns by the 403 that the object exists. Where that is a secret, answer `notFound` instead of what
    /// this throws.
    /// - Throws: 403 `insufficient_scope` with the scopes that would do, or 403 without a challenge where none would; 500
    ///   when the route has no `access`: it would not be known what to let pass.
    public func authorize(ownerSubject: RawSpan, ownerIssuer: RawSpan) throws(Problem) {
        guard let access = application.rules[route].access else {
            throw .internalFault(reason: "route_without_access")
        }
        if !access.anyoneScopes.isEmpty, principal.scopes.isSuperset(of: access.anyoneScopes) { return }
        let isOwner =
            !ownerSubject.isEmpty && ownerSubject.equals(principal.subject) && ownerIssuer.equals(principal.issuer)
        guard isOwner else {
            guard !access.anyoneScopes.isEmpty else { throw .forbidden(reason: "not_owner") }
            throw .insufficientScope(required: application.accessTexts[route].anyone)
        }
        guard principal.scopes.isSuperset(of: access.ownerScopes) else {
            throw .insufficientScope(required: application.accessTexts[route].owner)
        }
    }
}
