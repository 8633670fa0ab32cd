import Identity
import Ringfort
import SQLite

/// The users that a first start makes, so that the API can be tried at once.
struct DemoUsers {
    private var passwords: [(user: String, password: String)] = []

    private static let scopes = "read:profile write:posts"
    private static let all = [
        (user: "alice", role: "author", scopes: scopes),
        (user: "admin", role: "moderator", scopes: "\(scopes) delete:posts"),
    ]

    /// Makes them, with random passwords, where there is neither a user nor a role. Users are never deleted, so that this happens
    /// once.
    init(in service: IdentityService) throws(ServeFailure) {
        var users: [(name: String, password: PasswordHash, role: String, scopes: String)] = []
        for one in Self.all {
            let password = RandomSecret.randomText(byteCount: 12)
            guard let hash = PasswordHash(of: Array(password.utf8), cost: service.passwordCost) else {
                throw .identity(.noMemory(service.passwordCost.memoryMebibytes))
            }
            users.append((one.user, hash, one.role, one.scopes))
            passwords.append((one.user, password))
        }
        do throws(SQLiteError) {
            if try !service.store.addFirstUsers(users, nowUnixSeconds: UnixTime.now()) { passwords = [] }
        } catch {
            throw .identityDatabase(error)
        }
    }

    /// What a person is told of them, once. It goes to standard error, and never to the log.
    func notes(of server: Server) -> [String] {
        guard let first = passwords.first else { return [] }
        return ["Made two users to try it with. Their passwords are shown this once:"]
            + passwords.map { "    \($0.user)  \($0.password)" } + [
                "Try: curl -H 'Content-Type: application/json' "
                    + "-d '{\"username\":\"\(first.user)\",\"password\":\"\(first.password)\"}' "
                    + "\(server.scheme)://\(server.address)/api/login"
            ]
    }
}
