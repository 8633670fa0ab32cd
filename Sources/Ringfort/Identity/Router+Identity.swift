extension Router {
    /// The API with the routes of the server's own users, where it has some.
    package func publishingIdentity(_ configuration: ServerConfiguration) -> Router {
        guard let identity = configuration.identity else { return self }
        var published = self
        if identity.offersLogin { LoginAPI.add(to: &published, identity) }
        return published
    }
}
