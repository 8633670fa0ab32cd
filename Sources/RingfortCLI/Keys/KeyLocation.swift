import Glibc
import Tokens

/// Options that say where the keys are.
protocol KeyLocation: Sendable {
    /// The server's directory.
    var dataDirectory: String { get set }
    /// Where the keys are, when not in the data directory.
    var keyDirectory: String? { get set }
}

extension KeyLocation {
    /// Where the keys are.
    var keyPath: String { keyDirectory ?? "\(dataDirectory)/keys" }

    /// The keys that are there.
    func keys() throws(KeyCommandFailure) -> KeyDirectory {
        do throws(KeyError) {
            return try KeyDirectory(reading: keyPath)
        } catch {
            throw KeyCommandFailure(.key(error), keyPath: keyPath)
        }
    }
}

extension CommandOption where Options: KeyLocation {
    /// `--data` and `--key-dir`.
    static var keyLocation: [CommandOption] {
        [
            CommandOption("data", "DIR", \.dataDirectory, .text, help: "The server's data directory."),
            CommandOption(
                "key-dir", "DIR", \.keyDirectory, .text, defaultText: "keys, inside --data",
                help: "The directory with the keys."
            ),
        ]
    }
}

/// Why a command on keys does nothing.
enum KeyCommandFailure: Error, Equatable {
    /// There is no such directory of keys.
    case noKeys(String)
    case dataDirectory(String, errno: Int32)
    case change(KeyChangeError)

    /// The failure of something that was to be done to the keys at `keyPath`.
    init(_ error: KeyChangeError, keyPath: String) {
        let isMissing = error == .key(.file(path: keyPath, fault: .system(call: "open", errno: ENOENT)))
        self = isMissing ? .noKeys(keyPath) : .change(error)
    }

    var status: Int32 {
        switch self {
        case .noKeys, .dataDirectory, .change(.key): ExitStatus.configuration
        case .change: ExitStatus.usage
        }
    }

    /// What the command leaves behind.
    func outcome(of command: String) -> CommandOutcome {
        CommandOutcome(standardError: "ringfort \(command): \(TerminalText.escaped("\(self)"))\n", status: status)
    }
}

extension KeyCommandFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .noKeys(let path):
            "there are no keys in '\(path)'; make one with 'ringfort key generate', or name another --key-dir"
        case .dataDirectory(let path, let errno):
            // SAFETY: strerror returns a terminated string that is copied at once.
            "the data directory '\(path)' can't be made: \(unsafe String(cString: strerror(errno)))"
        case .change(.activeSigner(let id, let algorithm)):
            "\(id) is the active signer of \(algorithm): rotate first, or say --force"
        case .change(.lastSigner(let id, let algorithm)):
            "\(id) is the last key that signs with \(algorithm): rotate first, or say --force"
        case .change(.severalAlgorithms(let id)):
            "keys of two kinds are named \(id): say which with --algorithm"
        case .change(let error): "\(error)"
        }
    }
}

/// The directory for everything that the server makes.
enum DataDirectory {
    /// Makes it, unless it is there, so that nobody else may look into it.
    static func make(_ path: String) throws(KeyCommandFailure) {
        // SAFETY: the path is a terminated string for as long as the call takes.
        guard unsafe mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw .dataDirectory(path, errno: errno)
    }
}
