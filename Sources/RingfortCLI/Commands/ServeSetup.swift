import Bytes
import Glibc
import Ringfort

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
        guard settings.keyDirectory == nil, unsafe access(settings.keyPath, F_OK) != 0 else { return [] }
        let made: [KeyID]
        do throws(KeyError) {
            made = try KeyGenerator.makeDevelopmentKeys(in: settings.keyPath)
        } catch {
            throw .keys(error)
        }
        return ["Made development keys in \(settings.keyPath): \(made.map(\.text).joined(separator: ", "))."]
    }

    /// The server, and what it asks when it reloads.
    static func server(
        _ settings: Settings, _ given: GivenSettings
    ) throws(ServeFailure) -> (Server, Server.ConfigurationSource) {
        let keys = try keys(settings)
        for file in keys.ignoredFiles { note("note: \(settings.keyPath)/\(file) is no key file; it is left alone.") }
        for key in keys.ignoredKeys { note("note: \(settings.keyPath)/\(key)") }
        let configuration = try fullConfiguration(settings, keys.keyring)
        let store = try store(settings)
        do throws(ServerError) {
            let server = try Server(SampleAPI.routes { store }, configuration)
            return (server, source(given, settings.dataDirectory, store))
        } catch {
            throw .server(error)
        }
    }

    /// Reads file and keys again. The environment and the options of a process stay what they were.
    private static func source(
        _ given: GivenSettings, _ dataDirectory: String, _ store: PostStore
    ) -> Server.ConfigurationSource {
        { () throws(ReloadError) in
            do throws(ServeFailure) {
                let settings = try settings(given)
                guard settings.dataDirectory == dataDirectory else { throw .otherDataDirectory(settings.dataDirectory) }
                return (SampleAPI.routes { store }, try fullConfiguration(settings, try keys(settings).keyring))
            } catch {
                throw ReloadError(error.description)
            }
        }
    }

    /// The keys that tokens are verified with.
    static func keys(_ settings: Settings) throws(ServeFailure) -> KeyDirectory {
        let keys: KeyDirectory
        do throws(KeyError) {
            keys = try KeyDirectory(reading: settings.keyPath)
        } catch {
            throw .keys(error)
        }
        guard !keys.keyring.verificationKeys.isEmpty else { throw .noKeys(settings.keyPath) }
        return keys
    }

    private static func store(_ settings: Settings) throws(ServeFailure) -> PostStore {
        do throws(PostStoreError) {
            return try PostStore(opening: settings.databasePath)
        } catch {
            throw .store(error)
        }
    }

    /// The configuration of a server that runs, and not only checks whether it could: with what its data directory says.
    private static func fullConfiguration(
        _ settings: Settings, _ keyring: Keyring
    ) throws(ServeFailure) -> ServerConfiguration {
        var full = try configuration(settings, keyring)
        full.revocations = RevocationJournal(directory: settings.dataDirectory)
        return full
    }

    static func configuration(_ settings: Settings, _ keyring: Keyring) throws(ServeFailure) -> ServerConfiguration {
        do throws(ServerError) {
            return try settings.configuration(keyring, cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        } catch {
            throw .settings(error)
        }
    }

    /// Tells a person on standard error what is served where; the log on standard output is for machines.
    static func announce(_ server: Server, _ notes: [String]) {
        for note in notes { Self.note(note) }
        let places = server.listeners.map(\.description).joined(separator: " and ")
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
    case server(ServerError)
    case otherDataDirectory(String)

    var status: Int32 {
        switch self {
        case .dataDirectory, .keys, .noKeys, .configuration, .settings, .server(.tls), .otherDataDirectory:
            ExitStatus.configuration
        case .store, .server: ExitStatus.failure
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
        case .server(let error): "\(error)"
        case .otherDataDirectory(let path): "data: '\(path)' is another one than it runs with: start the server anew"
        }
    }
}
