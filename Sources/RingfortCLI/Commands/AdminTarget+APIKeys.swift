extension AdminTarget {
    /// Has the running server take the API keys as the database has them, on every shard, and says what came of that.
    func announceAPIKeys() throws(IdentityFailure) -> String {
        do throws(AdminFailure) {
            guard let answer = try AdminClient.ask(self, "POST", "/apikeys/reload") else {
                let place = address.map { "No server answers at \($0)" } ?? "No server was asked (--admin off)"
                return "\(place): it holds from the next start, or the next reload of one that runs."
            }
            guard answer.status == 200 else { throw answer.failure }
            return "In force in the running server."
        } catch {
            throw .notTold(error)
        }
    }
}
