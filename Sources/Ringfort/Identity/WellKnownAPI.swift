import Bytes
import Tokens

/// The documents by which others find the server's endpoints and check its tokens, made with the snapshot.
enum WellKnownAPI {
    static let resourcePath = "/.well-known/oauth-protected-resource"
    private static let authorizationServerPath = "/.well-known/oauth-authorization-server"
    private static let keysPath = "/.well-known/jwks.json"
    private static let paserksPath = "/.well-known/paserk.json"

    /// Adds them to an API. Those that name the server need its origin: a client's Host can be anything.
    static func add(to router: inout Router, _ identity: IdentityConfiguration, _ configuration: ServerConfiguration) {
        let scopes = router.scopes
        if let keyring = configuration.ownIssuer?.keyring {
            var keys = ByteBuffer(capacity: 1_024)
            keyring.appendPublicJWKSet(to: &keys)
            publish(String(keys.bytes), at: keysPath, &router)
            keys.removeAll()
            keyring.appendPublicPASERKs(to: &keys)
            publish(String(keys.bytes), at: paserksPath, &router)
        }
        guard let origin = identity.origin else { return }
        publish(resource(origin, scopes, identity), at: resourcePath, &router)
        if identity.offersOAuth { publish(authorizationServer(origin, scopes), at: authorizationServerPath, &router) }
    }

    private static func publish(_ document: String, at path: String, _ router: inout Router) {
        guard !router.routes.contains(where: { $0.declaration.pattern == path }) else { return }
        router.get(path) { _, response in
            response.mediaType = .json
            response.body.append(document)
        }
    }

    /// RFC 9728 section 2.
    private static func resource(_ origin: String, _ scopes: [String], _ identity: IdentityConfiguration) -> String {
        JSONFragment.object([
            "resource": JSONFragment.string(origin),
            "authorization_servers": identity.offersOAuth ? strings([origin]) : nil,
            "scopes_supported": scopes.isEmpty ? nil : strings(scopes),
            "bearer_methods_supported": strings(["header"]),
        ])
    }

    /// RFC 8414 section 2. Nobody is sent to an authorization endpoint, for which the response types would be.
    private static func authorizationServer(_ origin: String, _ scopes: [String]) -> String {
        let methods = strings(["client_secret_basic", "client_secret_post"])
        return JSONFragment.object([
            "issuer": JSONFragment.string(origin),
            "token_endpoint": JSONFragment.string(origin + OAuthAPI.tokenPath),
            "token_endpoint_auth_methods_supported": methods,
            "grant_types_supported": strings(["client_credentials", "refresh_token"]),
            "response_types_supported": "[]",
            "scopes_supported": scopes.isEmpty ? nil : strings(scopes),
            "jwks_uri": JSONFragment.string(origin + keysPath),
            "introspection_endpoint": JSONFragment.string(origin + OAuthAPI.introspectionPath),
            "introspection_endpoint_auth_methods_supported": methods,
            "revocation_endpoint": JSONFragment.string(origin + OAuthAPI.revocationPath),
            "revocation_endpoint_auth_methods_supported": methods,
        ])
    }

    private static func strings(_ texts: [String]) -> String { JSONFragment.array(texts.map(JSONFragment.string)) }
}

extension IdentityConfiguration {
    /// The address of the API's metadata (RFC 9728); nil where it is not published.
    var resourceMetadata: String? { makesTokens ? origin.map { $0 + WellKnownAPI.resourcePath } : nil }
}

extension Router {
    /// The names of all scopes that routes ask for, in their order.
    fileprivate var scopes: [String] {
        var all = ScopeSet()
        for route in routes {
            for set in [route.scopes, route.anyScopes, route.access?.ownerScopes, route.access?.anyoneScopes] {
                if let set { all = all.union(set) }
            }
        }
        return all.names.sorted()
    }
}
