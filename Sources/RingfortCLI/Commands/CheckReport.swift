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
        do throws(ServeFailure) {
            let configuration = try ServeSetup.configuration(settings, try keys(settings))
            let warnings = try warnings(configuration)
            summarise(settings, configuration)
            findings += warnings
        } catch {
            throw ConfigurationError(faults: [ConfigurationFault(source: file ?? "settings", message: "\(error)")])
        }
    }

    private func warnings(_ configuration: ServerConfiguration) throws(ServeFailure) -> [CheckFinding] {
        let api = SampleAPI.routes { preconditionFailure("what is only checked handles no request") }
        do throws(ServerError) {
            return try Server.check(api, configuration).map {
                CheckFinding(name: $0.kind.rawValue, isNote: $0.isNote, message: $0.description)
            }
        } catch {
            throw .server(error)
        }
    }

    private mutating func keys(_ settings: Settings) throws(ServeFailure) -> ServerKeys {
        let path = settings.keyPath
        // SAFETY: the path is a terminated string for as long as the call takes.
        guard settings.keyDirectory == nil, settings.issuers.isEmpty, unsafe access(path, F_OK) != 0 else {
            let keys = try ServerKeys(reading: settings)
            findings += keys.notes.map { CheckFinding(name: CheckFinding.ignoredKey, isNote: true, message: $0) }
            return keys
        }
        findings.append(
            CheckFinding(
                name: CheckFinding.developmentKeys,
                message: "there are no keys in '\(path)' yet: 'ringfort serve' will make some for development there"))
        do throws(KeyError) {
            return try ServerKeys()
        } catch {
            throw .keys(error)
        }
    }

    private mutating func summarise(_ settings: Settings, _ configuration: ServerConfiguration) {
        let limits = [
            ("an address", settings.limitPerAddress), ("a principal", settings.limitPerPrincipal),
            ("failed authentications", settings.limitOfFailures),
        ]
        let listeners =
            ["\(configuration.scheme)://\(configuration.address)"] + configuration.listeners.map(\.description)
        summary = [
            "Configuration: \(file ?? "no file")",
            "Listens on \(listeners.joined(separator: ", ")); shards: \(configuration.shards); connections: "
                + "\(configuration.connections)",
        ]
        for issuer in configuration.trustedIssuers {
            let keys =
                issuer.remoteKeys.map { ["those at \($0.url)"] }
                ?? issuer.keyring.verificationKeys.map { "\($0.id.text) (\($0.algorithm))" }
            let audiences = issuer.requirements.audiences
            summary.append(
                "Issuer: \(issuer.requirements.issuer ?? "any"); audience: "
                    + "\(audiences.isEmpty ? "any" : audiences.joined(separator: " or ")); keys: "
                    + (keys.isEmpty ? "none" : keys.joined(separator: ", ")))
        }
        summary.append("Limits: \(limits.map { "\($0.0) \($0.1?.text ?? "off")" }.joined(separator: ", "))")
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
