import Bytes
import Glibc
import Ringfort
import Tokens

/// `ringfort token issue`.
enum TokenIssueCommand {
    static let command = Command(
        name: "token issue", summary: "Make a token with one of the server's keys", options: options,
        examples: examples, defaults: TokenIssueOptions()
    ) { run($0, nowUnixSeconds: Int64(time(nil))) }

    private static let options: [CommandOption<TokenIssueOptions>] =
        [
            CommandOption(
                "subject", "NAME", \.subject, .text, isRequired: true, defaultText: "none",
                help: "Who the token is about (sub)."
            ),
            CommandOption(
                "scope", "\"NAME ...\"", \.scope, .scope, defaultText: "none",
                help: "What the token allows (scope): names with single spaces between them."
            ),
            CommandOption(
                "format", "ALGORITHM", \.algorithm, .algorithm,
                help: "The kind of token: a JWT's algorithm, or a PASETO's version and purpose. One of "
                    + "\(ValueParser.algorithms)."
            ),
            CommandOption(
                "ttl", "SECONDS", \.lifetimeSeconds, .wholeNumber(1...31_536_000),
                help: "How long the token lives. A server refuses more than its --max-token-lifetime."
            ),
            CommandOption(
                "issuer", "TEXT", \.issuer, .text, help: "Who made it (iss), as the server's --issuer has it."),
            CommandOption(
                "audience", "TEXT", \.audience, .text, help: "Whom it is for (aud), as the server's --audience has it."
            ),
            CommandOption(
                "certificate", "FILE", \.certificatePath, .text,
                help: "Bind it to the client's certificate in this PEM file (cnf, RFC 8705): nobody else may bring it."
            ),
            CommandOption(
                "key", "KID", \.keyID, .keyID, defaultText: "the active key of the format",
                help: "The name of the key to sign with."
            ),
        ] + CommandOption.keyLocation

    private static let examples = [
        CommandExample(
            line: "ringfort token issue --subject alice --scope \"delete:posts\"",
            meaning: "Print a JWT that lives 15 minutes and allows its bearer to delete posts."
        ),
        CommandExample(
            line: "TOKEN=$(ringfort token issue --subject alice --format v4.public)",
            meaning: "Keep a PASETO in a variable. Only the token goes to standard output."
        ),
    ]

    /// Makes a token at the time given. Only the token itself goes to standard output.
    static func run(_ options: TokenIssueOptions, nowUnixSeconds: Int64) -> CommandOutcome {
        do throws(TokenIssueFailure) {
            let directory = try keys(in: options.keyPath)
            let key = try signingKey(options, directory.keyring)
            let files = directory.ignoredFiles.map { "note: \(options.keyPath)/\($0) is no key file.\n" }
            let notes = files + directory.ignoredKeys.map { "note: \(options.keyPath)/\($0)\n" }
            return CommandOutcome(
                standardOutput: try token(options, key, nowUnixSeconds) + "\n",
                standardError: notes.joined() + "Signed with \(key.id); lives \(options.lifetimeSeconds) s.\n"
            )
        } catch {
            return CommandOutcome(standardError: "ringfort token issue: \(error)\n", status: error.status)
        }
    }

    private static func keys(in path: String) throws(TokenIssueFailure) -> KeyDirectory {
        do throws(KeyError) {
            return try KeyDirectory(reading: path)
        } catch {
            throw error == .file(path: path, fault: .system(call: "open", errno: ENOENT)) ? .noKeys(path) : .keys(error)
        }
    }

    private static func signingKey(
        _ options: TokenIssueOptions, _ keyring: Keyring
    ) throws(TokenIssueFailure) -> SigningKey {
        do throws(KeyError) {
            return try keyring.signingKey(for: options.algorithm, id: options.keyID)
        } catch {
            throw .keys(error)
        }
    }

    private static func token(
        _ options: TokenIssueOptions, _ key: SigningKey, _ nowUnixSeconds: Int64
    ) throws(TokenIssueFailure) -> String {
        let issuer: TokenIssuer
        do throws(KeyError) {
            issuer = try TokenIssuer(key)
        } catch {
            throw .keys(error)
        }
        var token = ByteBuffer(capacity: 1024)
        let content: TokenContent
        do throws(TLSConfigurationError) {
            content = try options.content()
        } catch {
            throw .certificate(error)
        }
        do throws(IssueError) {
            try issuer.issue(content, nowUnixSeconds: nowUnixSeconds, into: &token)
        } catch {
            throw .content(error)
        }
        return String(token.bytes)
    }
}

/// Why no token was made.
enum TokenIssueFailure: Error, Equatable {
    /// There is no such directory of keys.
    case noKeys(String)
    case keys(KeyError)
    case certificate(TLSConfigurationError)
    case content(IssueError)

    var status: Int32 {
        if case .content = self { ExitStatus.usage } else { ExitStatus.configuration }
    }
}

extension TokenIssueFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .noKeys(let path):
            "there are no keys in '\(path)'; make one with 'ringfort key generate', or name another --key-dir"
        case .keys(let error): "\(error)"
        case .certificate(let error): "\(error)"
        case .content(.invalidSubject): "'--subject' must have 1 to 255 bytes and no control characters"
        case .content(.invalidScope): "'--scope' is not \(ValueParser.scope.wanted)"
        case .content(.invalidClaims): "the other claims are no JSON object, or name one that every token has"
        case .content(.invalidLifetime): "'--ttl' is out of range"
        case .content(.assertionNotCovered): "a PASETO of version 2 covers no implicit assertion"
        case .content(.tooLong): "the token would be longer than a server takes; say less"
        case .content(.noSignature): "OpenSSL has no randomness or no memory for a signature"
        }
    }
}

extension ValueParser where Value == String {
    /// Scope names (RFC 6749 section 3.3) with single spaces between them.
    static var scope: Self {
        Self(
            wanted: "scope names with single spaces between them, such as \"read:profile write:posts\"",
            parse: { (try? ScopeSet(validating: $0)) == nil ? nil : $0 }, describe: { $0 }
        )
    }
}
