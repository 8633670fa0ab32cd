import Bytes
import Glibc
import Ringfort

/// The way from the options to a running server.
enum ServeSetup {
    /// Makes a development key set where the server looks for keys and there are none yet; says what it did.
    ///
    /// Keys that an operator names with `--key-dir` are the operator's: none are made there.
    static func prepareKeys(_ options: ServeOptions) throws(ServeFailure) -> [String] {
        // SAFETY: the path is a terminated string for as long as the call takes.
        guard options.keyDirectory == nil, unsafe access(options.keyPath, F_OK) != 0 else { return [] }
        do throws(KeyCommandFailure) {
            try DataDirectory.make(options.dataDirectory)
        } catch {
            throw .dataDirectory(error)
        }
        let made: [KeyID]
        do throws(KeyError) {
            made = try KeyGenerator.makeDevelopmentKeys(in: options.keyPath)
        } catch {
            throw .keys(error)
        }
        return ["Made development keys in \(options.keyPath): \(made.map(\.text).joined(separator: ", "))."]
    }

    static func server(_ options: ServeOptions) throws(ServeFailure) -> Server {
        let configuration = try configuration(options)
        let store = try store(options)
        do throws(ServerError) {
            return try Server(SampleAPI.routes(store), configuration)
        } catch {
            throw .server(error)
        }
    }

    private static func store(_ options: ServeOptions) throws(ServeFailure) -> PostStore {
        do throws(KeyCommandFailure) {
            try DataDirectory.make(options.dataDirectory)
        } catch {
            throw .dataDirectory(error)
        }
        do throws(PostStoreError) {
            return try PostStore(opening: options.databasePath)
        } catch {
            throw .store(error)
        }
    }

    private static func configuration(_ options: ServeOptions) throws(ServeFailure) -> ServerConfiguration {
        let keys: KeyDirectory
        do throws(KeyError) {
            keys = try KeyDirectory(reading: options.keyPath)
        } catch {
            throw .keys(error)
        }
        guard !keys.keyring.verificationKeys.isEmpty else { throw .noKeys(options.keyPath) }
        for file in keys.ignoredFiles { note("note: \(options.keyPath)/\(file) is no key file; it is left alone.") }
        for key in keys.ignoredKeys { note("note: \(options.keyPath)/\(key)") }
        do throws(RateError) {
            var configuration = try ServerConfiguration(address: options.listen, keyring: keys.keyring)
            configuration.workers = Self.workers
            configuration.shards = options.shards ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
            configuration.connections = max(options.maximumConnections, configuration.shards)
            configuration.issuer = options.issuer
            configuration.audience = options.audience
            configuration.longestTokenLifetimeSeconds = options.maximumTokenLifetimeSeconds
            configuration.addressRate = try options.limitPerAddress?.cellRate()
            configuration.principalRate = try options.limitPerPrincipal?.cellRate()
            configuration.requestsPerConnection = options.maximumRequestsPerConnection
            configuration.drainTimeoutMilliseconds = UInt64(options.drainTimeoutMilliseconds)
            configuration.log = options.logPolicy
            return configuration
        } catch {
            throw .rate(error)
        }
    }

    /// Most of them wait for a disk. As many changes to posts as there are can share one wait.
    private static let workers = 32

    /// Tells a person on standard error what is served where; the log on standard output is for machines.
    static func announce(_ server: Server, _ options: ServeOptions, _ notes: [String]) {
        for note in notes { Self.note(note) }
        note("Serving on http://\(server.address). Stop with Ctrl-C: requests under way are answered first.")
        guard !server.address.isLoopback else { return }
        note("warning: tokens cross the network unencrypted at \(server.address): put TLS in front of it.")
    }

    static func run(_ server: Server) throws(ServeFailure) {
        do throws(ServerError) {
            try server.run()
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

extension RequestLimit {
    func cellRate() throws(RateError) -> CellRate { try CellRate(tokensPerSecond: tokensPerSecond, burst: burst) }
}

/// Why nothing is served.
enum ServeFailure: Error, CustomStringConvertible {
    case dataDirectory(KeyCommandFailure)
    case keys(KeyError)
    case noKeys(String)
    case rate(RateError)
    case store(PostStoreError)
    case server(ServerError)

    var status: Int32 {
        switch self {
        case .dataDirectory, .keys, .noKeys, .rate: ExitStatus.configuration
        case .store, .server: ExitStatus.failure
        }
    }

    var description: String {
        switch self {
        case .dataDirectory(let error): "\(error); name another --data"
        case .noKeys(let path):
            "there are no keys in '\(path)': no token could be verified. Make one with 'ringfort key generate'"
        case .keys(let error): "\(error)"
        case .rate(let error): "a limit can't be honoured (\(error))"
        case .store(let error): "\(error)"
        case .server(let error): "\(error)"
        }
    }
}
