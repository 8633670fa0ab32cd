import Bytes
import Glibc
import Tokens

/// `ringfort revoke`.
enum RevokeCommand {
    struct Options: AdminOptions {
        var target = AdminTarget()
        var tokenID: String?
        var subject: String?
        var issuer: String?
        var keyID: KeyID?
        var issuedBefore: Int64?
        var keepDays: Int64 = 30
    }

    static let command = Command(
        name: "revoke", summary: "Make tokens invalid before they expire", options: options, examples: examples,
        defaults: Options(), body: run
    )

    private static let options: [CommandOption<Options>] =
        CommandOption<Options>.target + [
            CommandOption("token-id", "JTI", \.tokenID, .text, help: "Revoke the token of this name (jti)."),
            CommandOption(
                "subject", "TEXT", \.subject, .text,
                help: "Revoke what was made for this subject (sub) until now, or before --issued-before."
            ),
            CommandOption(
                "issuer", "TEXT", \.issuer, .text, defaultText: "every issuer",
                help: "With --subject: of this issuer (iss) only."
            ),
            CommandOption("key", "KID", \.keyID, .keyID, help: "Revoke all that this key has made or will make."),
            CommandOption(
                "issued-before", "SECONDS", \.issuedBefore, .wholeNumber(0...253_402_300_799),
                help: "Revoke every token that was made before this Unix time, or doesn't say when it was made."
            ),
            CommandOption(
                "keep-days", "N", \.keepDays, .wholeNumber(1...3_650),
                help:
                    "For how many days the revocation of a token or a subject is kept: at least as long as a token lives. "
                    + "Keys and times are kept for ever."
            ),
        ]

    private static let examples = [
        CommandExample(
            line: "ringfort revoke --token-id 0123456789abcdefghijkl",
            meaning: "Refuse one token; its jti is what 'ringfort token inspect' shows."
        ),
        CommandExample(
            line: "ringfort revoke --subject alice --issuer https://id.example",
            meaning: "Log a subject out everywhere: what was made until now is refused, a new token is taken."
        ),
        CommandExample(
            line: "ringfort revoke --key eddsa-0123456789abcdef",
            meaning: "Refuse whatever a stolen key makes, at once; retire it then."
        ),
    ]

    private static func run(_ options: Options) -> CommandOutcome {
        do throws(RevokeFailure) {
            return try revoke(options)
        } catch {
            return CommandOutcome(
                standardError: "ringfort revoke: \(TerminalText.escaped("\(error)"))\n", status: error.status)
        }
    }

    /// Does what the options ask for.
    static func revoke(_ options: Options) throws(RevokeFailure) -> CommandOutcome {
        try revoke(try revocation(options, nowUnixSeconds: Int64(time(nil))), options)
    }

    /// What the options ask for.
    static func revocation(_ options: Options, nowUnixSeconds now: Int64) throws(RevokeFailure) -> Revocation {
        let targets = [options.tokenID != nil, options.subject != nil, options.keyID != nil].filter { $0 }.count
        guard targets <= 1, options.issuer == nil || options.subject != nil,
            options.issuedBefore == nil || targets == 0 || options.subject != nil
        else { throw .unclear }
        let until = now + options.keepDays * 86_400
        if let id = options.tokenID { return .token(id: id, untilUnixSeconds: until) }
        if let subject = options.subject {
            // What was made in this very second is meant, too.
            return .subject(
                subject, issuer: options.issuer, issuedBeforeUnixSeconds: options.issuedBefore ?? now + 1,
                untilUnixSeconds: until)
        }
        if let id = options.keyID { return .key(id) }
        if let before = options.issuedBefore { return .issuedBefore(unixSeconds: before) }
        throw .unclear
    }

    /// Has a running server do all of it; nil when none can be asked.
    private static func askServer(
        _ revocation: Revocation, _ options: Options
    ) throws(RevokeFailure) -> CommandOutcome? {
        var line = ByteBuffer(capacity: 256)
        revocation.append(to: &line)
        do throws(AdminFailure) {
            guard let answer = try AdminClient.ask(options.target, "POST", "/revoke", json: String(line.bytes)) else {
                return nil
            }
            guard answer.status == 200 else { throw answer.failure }
            return CommandOutcome("", words: ["Revoked; in force in the running server."])
        } catch {
            throw .server(error)
        }
    }

    /// Writes it down, has the server read it, and says what came of that.
    private static func revoke(_ revocation: Revocation, _ options: Options) throws(RevokeFailure) -> CommandOutcome {
        if let outcome = try askServer(revocation, options) { return outcome }
        // SAFETY: the path is a terminated string for as long as the call takes.
        guard unsafe access(options.target.dataDirectory, F_OK) == 0 else {
            throw .noDirectory(options.target.dataDirectory)
        }
        let journal = RevocationJournal(directory: options.target.dataDirectory)
        do throws(RevocationError) {
            try journal.append(revocation, nowUnixSeconds: Int64(time(nil)))
        } catch {
            throw .revocation(error)
        }
        do throws(RevocationError) {
            switch try journal.notifyReader(timeoutMilliseconds: 5_000) {
            case .inForce(let processID):
                return CommandOutcome("", words: ["Revoked; in force in the running server (process \(processID))."])
            case .noServer:
                return CommandOutcome(
                    "",
                    words: ["Revoked. No server runs on \(options.target.dataDirectory): it holds from the next start."]
                )
            case .unconfirmed(let processID):
                // A script must not take for done what may not be.
                let words =
                    "Written down, but the server (process \(processID)) has not said that it holds: see its log."
                return CommandOutcome(standardError: words + "\n", status: ExitStatus.failure)
            }
        } catch {
            throw .revocation(error)
        }
    }
}

/// Why a revocation is not made, or not in force.
enum RevokeFailure: Error, CustomStringConvertible {
    case unclear
    case noDirectory(String)
    case revocation(RevocationError)
    case server(AdminFailure)

    var status: Int32 {
        switch self {
        case .unclear, .revocation(.invalidText): ExitStatus.usage
        case .noDirectory: ExitStatus.configuration
        case .revocation: ExitStatus.failure
        case .server(let error): error.status
        }
    }

    var description: String {
        switch self {
        case .unclear:
            "say what to revoke: one of --token-id, --subject (with --issuer, with --issued-before), --key, --issued-before"
        case .noDirectory(let path):
            "there is no data directory '\(path)', so no server reads it: name the server's with --data"
        case .revocation(let error): "\(error)"
        case .server(let error): "\(error)"
        }
    }
}
