import Glibc
import Identity
import Ringfort
import SQLite

/// Why a command on users, roles or whatever else identities are did nothing.
enum IdentityFailure: Error, CustomStringConvertible {
    case dataDirectory(KeyCommandFailure)
    case database(DatabaseError)
    case sqlite(SQLiteError)
    case password(PasswordFailure)
    case refused(String)
    case revocation(RevokeFailure)
    /// What was changed stands in the database, but the server that runs did not take it.
    case notTold(AdminFailure)

    var status: Int32 {
        switch self {
        case .dataDirectory(let failure): failure.status
        case .database: ExitStatus.configuration
        case .sqlite: ExitStatus.failure
        case .password, .refused: ExitStatus.usage
        case .revocation(let failure): failure.status
        case .notTold(let failure): failure.status
        }
    }

    var description: String {
        switch self {
        case .dataDirectory(let failure): "\(failure)"
        case .database(let error): "\(error)"
        case .sqlite(let error): "\(error)"
        case .password(let error): "\(error)"
        case .refused(let reason): reason
        case .revocation(let failure): "\(failure)"
        case .notTold(let failure):
            "it is written down, but the running server has not taken it: \(failure). It will at its next reload or start"
        }
    }
}

extension CommandOutcome {
    /// What a command on identities leaves behind, when it works and when it fails.
    static func ofIdentityCommand(
        _ name: String, _ dataDirectory: String, _ body: (IdentityStore) throws(IdentityFailure) -> CommandOutcome
    ) -> CommandOutcome {
        do throws(IdentityFailure) {
            return try body(try store(dataDirectory))
        } catch {
            return CommandOutcome(
                standardError: "ringfort \(name): \(TerminalText.escaped("\(error)"))\n", status: error.status)
        }
    }

    /// Revokes what was made for a user or a client until now, as `ringfort revoke` does.
    static func revokingTokens(
        of subject: String, _ target: AdminTarget
    ) throws(IdentityFailure) -> CommandOutcome {
        var revocation = RevokeCommand.Options()
        revocation.target = target
        revocation.subject = subject
        do throws(RevokeFailure) {
            return try RevokeCommand.revoke(revocation)
        } catch {
            throw .revocation(error)
        }
    }

    private static func store(_ dataDirectory: String) throws(IdentityFailure) -> IdentityStore {
        do throws(KeyCommandFailure) {
            try DataDirectory.make(dataDirectory)
        } catch {
            throw .dataDirectory(error)
        }
        do throws(DatabaseError) {
            return try IdentityStore(opening: "\(dataDirectory)/\(Settings.identityFile)")
        } catch {
            throw .database(error)
        }
    }
}

extension IdentityFailure {
    /// Runs what asks the database.
    static func asking<Answer>(_ body: () throws(SQLiteError) -> Answer) throws(IdentityFailure) -> Answer {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw .sqlite(error)
        }
    }

    /// Runs what changes a user.
    static func changing(
        _ user: String, _ body: () throws(SQLiteError) -> UserChange
    ) throws(IdentityFailure) {
        switch try asking(body) {
        case .done: return
        case .nameTaken:
            throw .refused(
                "there is a user '\(user)' already, or a client; names never come back, so choose another")
        case .noSuchUser: throw .refused("there is no user '\(user)'")
        case .noSuchRole(let role): throw .refused("there is no role '\(role)': make it with 'ringfort role set'")
        }
    }
}

extension ValueParser where Value == String {
    /// The name of a user or a role.
    static var identityName: Self {
        Self(
            wanted: "a name: 1 to 64 letters, digits and . _ @ -",
            parse: { IdentityStore.isName($0) ? $0 : nil }, describe: { $0 })
    }
}

extension ValueParser where Value == [String] {
    /// Names of roles with commas between them; an empty text is none.
    static var roleNames: Self {
        Self(wanted: "names of roles with commas between them", form: .texts) { text in
            let names =
                text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return names.allSatisfy(IdentityStore.isName) ? names : nil
        } describe: { names in
            names.isEmpty ? nil : names.joined(separator: ",")
        }
    }
}
