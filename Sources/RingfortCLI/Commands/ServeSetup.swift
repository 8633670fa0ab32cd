import Bytes
import Glibc
import Identity
import Ringfort
import SQLite

/// The way from the settings to a running server.
enum ServeSetup {
    /// What the command line, the environment and the configuration file say together.
    static func settings(_ given: GivenSettings) throws(ServeFailure) -> Settings {
        do throws(ConfigurationError) {
            return try given.settings(environment: ProcessEnvironment.variables(prefix: Setting.variablePrefix))
        } catch {
            throw .configuration(error)
        }
    }

    /// Makes the data directory, and a development key set where the server looks for keys and there are none yet; says what
    /// it did.
    ///
    /// Keys that an operator names are the operator's: none are made there.
    static func prepareKeys(_ settings: Settings) throws(ServeFailure) -> [String] {
        do throws(KeyCommandFailure) {
            try DataDirectory.make(settings.dataDirectory)
        } catch {
            throw .dataDirectory(error)
        }
        // SAFETY: the path is a terminated string for as long as the call takes.
        guard settings.keyDirectory == nil, settings.issuers.isEmpty, unsafe access(settings.keyPath, F_OK) != 0 else {
            return []
        }
        let made: [KeyID]
        do throws(KeyError) {
            made = try KeyGenerator.makeDevelopmentKeys(in: settings.keyPath)
        } catch {
            throw .keys(error)
        }
        return ["Made development keys in \(settings.keyPath): \(made.map(\.text).joined(separator: ", "))."]
    }

    /// The server, what it asks when it reloads, and what a person is to be told.
    ///
    /// - Parameter isFirstStart: whether its keys have been made just now.
    static func server(
        _ settings: Settings, _ given: GivenSettings, isFirstStart: Bool
    ) throws(ServeFailure) -> (Server, Server.ConfigurationSource, notes: [String]) {
        let keys = try ServerKeys(reading: settings)
        for note in keys.notes { Self.note("note: \(note)") }
        let identity = try identity(settings)
        let configuration = try fullConfiguration(settings, keys, identity)
        if configuration.admin.address == nil && settings.adminPlace == nil {
            note("note: nobody can ask this server about itself: the data directory's path is too long for a socket.")
        }
        let store = try store(settings)
        let server: Server
        do throws(ServerError) {
            server = try Server(SampleAPI.routes { store }, configuration)
        } catch {
            throw .server(error)
        }
        // Only now: what is shown once must not be lost with a start that fails. Whoever has brought keys, or serves others,
        // doesn't want users whose passwords stand in what a service manager keeps.
        let isTrial = isFirstStart && server.listeners.allSatisfy(\.address.isLoopback)
        let notes = isTrial && settings.offersLogin ? try DemoUsers(in: identity).notes(of: server) : []
        return (server, source(given, settings.dataDirectory, store, identity), notes)
    }

    /// Reads file and keys again. The environment and the options of a process stay what they were.
    private static func source(
        _ given: GivenSettings, _ dataDirectory: String, _ store: PostStore, _ identity: IdentityService
    ) -> Server.ConfigurationSource {
        { () throws(ReloadError) in
            do throws(ServeFailure) {
                let settings = try settings(given)
                guard settings.dataDirectory == dataDirectory else { throw .otherDataDirectory(settings.dataDirectory) }
                let keys = try ServerKeys(reading: settings)
                return (SampleAPI.routes { store }, try fullConfiguration(settings, keys, identity))
            } catch {
                throw ReloadError(error.description)
            }
        }
    }

    private static func store(_ settings: Settings) throws(ServeFailure) -> PostStore {
        do throws(PostStoreError) {
            return try PostStore(opening: settings.databasePath)
        } catch {
            throw .store(error)
        }
    }

    private static func identity(_ settings: Settings) throws(ServeFailure) -> IdentityService {
        do throws(IdentityServiceError) {
            return try IdentityService(
                opening: settings.identityPath,
                hashes: settings.passwordHashes ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) / 2),
                waiting: settings.waitingHashes,
                // Nobody's time is measured where nobody logs in.
                passwordCost: settings.passwordCost ?? (settings.offersLogin ? nil : .least))
        } catch {
            throw .identity(error)
        }
    }

    /// The configuration of a server that runs, and not only checks whether it could: with what its data directory says.
    private static func fullConfiguration(
        _ settings: Settings, _ keys: ServerKeys, _ identity: IdentityService
    ) throws(ServeFailure) -> ServerConfiguration {
        var full = try configuration(settings, keys)
        full.identity?.service = identity
        full.revocations = RevocationJournal(directory: settings.dataDirectory)
        if settings.adminPlace == nil {
            full.admin.address = AdminPlace.standard(dataDirectory: settings.dataDirectory)
        }
        return full
    }

    static func configuration(_ settings: Settings, _ keys: ServerKeys) throws(ServeFailure) -> ServerConfiguration {
        do throws(ServerError) {
            var configuration = try settings.configuration(
                keys.keyring, cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            configuration.issuers = keys.issuers
            return configuration
        } catch {
            throw .settings(error)
        }
    }

    /// Tells a person on standard error what is served where; the log on standard output is for machines.
    static func announce(_ server: Server, _ notes: [String]) {
        for note in notes { Self.note(note) }
        let places = server.listeners.map(\.description).joined(separator: " and ")
        if let admin = server.adminAddress { note("Asked about itself at \(admin).") }
        note("Serving on \(places). Stop with Ctrl-C: requests under way are answered first.")
        for listener in server.listeners where listener.scheme == .http && !listener.address.isLoopback {
            note("warning: tokens cross the network unencrypted at \(listener.address): give it a certificate.")
        }
    }

    static func run(_ server: Server, _ source: @escaping Server.ConfigurationSource) throws(ServeFailure) {
        do throws(ServerError) {
            try server.run(reloading: source)
        } catch {
            throw .server(error)
        }
    }

    private static func note(_ text: String) {
        let line = Array((TerminalText.escaped(text) + "\n").utf8)
        // SAFETY: the kernel reads the array while it stays in place. A lost note is no failure.
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

/// Why nothing is served.
enum ServeFailure: Error, CustomStringConvertible {
    case dataDirectory(KeyCommandFailure)
    case keys(KeyError)
    case noKeys(String)
    case configuration(ConfigurationError)
    case settings(ServerError)
    case store(PostStoreError)
    case identity(IdentityServiceError)
    case identityDatabase(SQLiteError)
    case server(ServerError)
    case otherDataDirectory(String)

    var status: Int32 {
        switch self {
        case .dataDirectory, .keys, .noKeys, .configuration, .settings, .server(.tls), .otherDataDirectory:
            ExitStatus.configuration
        case .store, .identity, .identityDatabase, .server: ExitStatus.failure
        }
    }

    var description: String {
        switch self {
        case .dataDirectory(let error): "\(error); name another --data"
        case .noKeys(let path):
            "there are no keys in '\(path)': no token could be verified. Make one with 'ringfort key generate'"
        case .keys(let error): "\(error)"
        case .configuration(let error): "\(error)"
        case .settings(let error): "\(error)"
        case .store(let error): "\(error)"
        case .identity(let error): "\(error)"
        case .identityDatabase(let error): "the database of users can't be used. \(error)"
        case .server(let error): "\(error)"
        case .otherDataDirectory(let path): "data: '\(path)' is another one than it runs with: start the server anew"
        }
    }
}
