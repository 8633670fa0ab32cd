import Glibc
import Ringfort

/// What `ringfort check` has found.
struct CheckReport {
    /// The configuration file, if there is one.
    let file: String?
    /// The names of findings that don't count.
    let allowed: Set<String>
    var faults: [ConfigurationFault] = []
    private(set) var findings: [CheckFinding] = []
    /// What would be served, in lines for people.
    private(set) var summary: [String] = []

    init(file: String?, allowed: Set<String>) {
        self.file = file
        self.allowed = allowed
    }

    /// The exit status.
    var status: Int32 {
        if !faults.isEmpty { return ExitStatus.configuration }
        return findings.contains(where: counts) ? ExitStatus.warnings : ExitStatus.success
    }

    func counts(_ finding: CheckFinding) -> Bool { !finding.isNote && !allowed.contains(finding.name) }

    /// Takes the settings as far as serving would, without listening.
    ///
    /// - Throws: what would keep the server from starting.
    mutating func check(_ settings: Settings) throws(ConfigurationError) {
        if let file, FileMode.isWritableByOthers(file) {
            findings.append(
                CheckFinding(
                    name: CheckFinding.writableFile, message: "'\(file)' can be changed by others: chmod go-w '\(file)'"
                ))
        }
        let keyring = try keyring(settings)
        let configuration = try failing { () throws(SettingsError) in
            try settings.configuration(keyring, cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        }
        let store = try failing { () throws(PostError) in try MemoryPostStore.withSamples() }
        let warnings = try failing { () throws(ServerError) in
            try Server.check(SampleAPI.routes(store), configuration)
        }
        findings += warnings.map {
            CheckFinding(name: $0.kind.rawValue, isNote: $0.isNote, message: $0.description)
        }
        summarise(settings, configuration)
    }

    private mutating func keyring(_ settings: Settings) throws(ConfigurationError) -> Keyring {
        let path = settings.keyPath
        // SAFETY: the path is a terminated string for as long as the call takes.
        if settings.keyDirectory == nil, unsafe access(path, F_OK) != 0 {
            findings.append(
                CheckFinding(
                    name: CheckFinding.developmentKeys,
                    message: "there are no keys in '\(path)' yet: 'ringfort serve' will make some for development there"
                ))
            return try failing { () throws(KeyError) in try Keyring() }
        }
        let keys = try failing { () throws(KeyError) in try KeyDirectory(reading: path) }
        guard !keys.keyring.verificationKeys.isEmpty else {
            throw ConfigurationError(faults: [fault("\(ServeFailure.noKeys(path))")])
        }
        let ignored =
            keys.ignoredFiles.map { "\(path)/\($0) is no key file" } + keys.ignoredKeys.map { "\(path)/\($0)" }
        findings += ignored.map { CheckFinding(name: CheckFinding.ignoredKey, isNote: true, message: $0) }
        return keys.keyring
    }

    private mutating func summarise(_ settings: Settings, _ configuration: ServerConfiguration) {
        let keys = configuration.keyring.verificationKeys.map { "\($0.id.text) (\($0.algorithm))" }
        let limits = [
            ("an address", settings.limitPerAddress), ("a principal", settings.limitPerPrincipal),
            ("failed authentications", settings.limitOfFailures),
        ]
        summary = [
            "Configuration: \(file ?? "no file")",
            "Listens on http://\(configuration.address), with \(configuration.shards) shards and "
                + "\(configuration.connections) connections",
            "Keys in \(settings.keyPath): \(keys.isEmpty ? "none" : keys.joined(separator: ", "))",
            "Issuer: \(settings.issuer ?? "any"); audience: \(settings.audience ?? "any")",
            "Limits: \(limits.map { "\($0.0) \($0.1?.text ?? "off")" }.joined(separator: ", "))",
        ]
    }

    private func fault(_ message: String) -> ConfigurationFault {
        ConfigurationFault(source: file ?? "settings", message: message)
    }

    private func failing<Value, Failure: Error>(
        _ body: () throws(Failure) -> Value
    ) throws(ConfigurationError) -> Value {
        do throws(Failure) {
            return try body()
        } catch {
            throw ConfigurationError(faults: [fault("\(error)")])
        }
    }
}

/// Something that is legal but unsafe, or worth to be known.
struct CheckFinding: Equatable {
    /// The name by which it can be allowed.
    let name: String
    var isNote = false
    let message: String

    static let developmentKeys = "development_keys"
    static let ignoredKey = "ignored_key"
    static let writableFile = "writable_file"

    /// All names.
    static var names: [String] {
        ServerWarning.Kind.allCases.map(\.rawValue) + [developmentKeys, ignoredKey, writableFile]
    }
}

/// Who may do what with a file.
private enum FileMode {
    /// Whether others than its owner may change it; a file that can't be asked says no.
    static func isWritableByOthers(_ path: String) -> Bool {
        var status = stat()
        // SAFETY: the path is a terminated string, and the kernel fills the structure.
        let isKnown = unsafe stat(path, &status) == 0
        return isKnown && status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o022 != 0
    }
}
