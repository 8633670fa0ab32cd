extension Router {
    /// The API with the routes of the server's own users, where it has some.
    package func publishingIdentity(_ configuration: ServerConfiguration) -> Router {
        guard let identity = configuration.identity else { return self }
        var published = self
        if identity.makesTokens { WellKnownAPI.add(to: &published, identity, configuration) }
        if identity.offersLogin { LoginAPI.add(to: &published, identity) }
        if identity.offersOAuth { OAuthAPI.add(to: &published) }
        return published
    }
}
