/// What makes tokens invalid before they expire.
public enum Revocation: Sendable, Equatable {
    /// The tokens of this name (`jti`), whoever made them, until a time (Unix seconds) by which they have expired.
    case token(id: String, untilUnixSeconds: Int64)
    /// The tokens of this subject, of one issuer or (nil) of all, that were made before a time; until a time by which they
    /// have expired. A token that doesn't say when it was made is among them.
    case subject(String, issuer: String?, issuedBeforeUnixSeconds: Int64, untilUnixSeconds: Int64)
    /// All that this key has made or will make.
    case key(KeyID)
    /// All tokens that were made before a time, or don't say when.
    case issuedBefore(unixSeconds: Int64)

    /// The longest name, subject or issuer that can be revoked, in bytes of UTF-8.
    public static let mostTextBytes = 1_024

    /// Whether it still makes a difference at a time.
    package func isLive(nowUnixSeconds now: Int64) -> Bool {
        switch self {
        case .token(_, let until), .subject(_, _, _, let until): until > now
        case .key, .issuedBefore: true
        }
    }

    /// What it is about: of two with the same target, the later one holds.
    var target: Target {
        switch self {
        case .token(let id, _): .token(Array(id.utf8))
        case .subject(let subject, let issuer, _, _): .subject(Array(subject.utf8), issuer.map { Array($0.utf8) })
        case .key(let id): .key(id)
        case .issuedBefore: .all
        }
    }

    /// Names are bytes, as in tokens: as texts, two that look alike could be equal.
    enum Target: Hashable {
        case token([UInt8])
        case subject([UInt8], [UInt8]?)
        case key(KeyID)
        case all
    }

    /// Both in one: each token that either makes invalid stays so. They must have the same target.
    func union(_ other: Revocation) -> Revocation {
        switch (self, other) {
        case (.token(let id, let until), .token(_, let otherUntil)):
            .token(id: id, untilUnixSeconds: max(until, otherUntil))
        case (.subject(let subject, let issuer, let before, let until), .subject(_, _, let otherBefore, let otherUntil)):
            .subject(
                subject, issuer: issuer, issuedBeforeUnixSeconds: max(before, otherBefore),
                untilUnixSeconds: max(until, otherUntil))
        case (.issuedBefore(let before), .issuedBefore(let otherBefore)):
            .issuedBefore(unixSeconds: max(before, otherBefore))
        default: self
        }
    }
}

/// Why a revocation can't be had or kept.
public enum RevocationError: Error, Equatable, Sendable {
    /// A text is empty, too long, or has control characters.
    case invalidText
    /// The directory or the file can't be read or written.
    case file(KeyError)
    /// This line of the journal, which is whole, can't be understood.
    case malformedLine(path: String, number: Int)
    /// The journal would have more than `RevocationJournal.mostRevocations` revocations, or more than its most bytes.
    case full(path: String)
    /// Another server, with this process id, reads the journal already.
    case inUse(path: String, processID: Int32)
}

extension RevocationError: CustomStringConvertible {
    /// A sentence for a log or an operator.
    public var description: String {
        switch self {
        case .invalidText:
            "what is revoked has 1 to \(Revocation.mostTextBytes) bytes and no control characters"
        case .file(let error): "\(error)"
        case .malformedLine(let path, let number):
            "line \(number) of \(path) is no revocation; nothing is forgotten silently: mend or remove that line"
        case .full(let path):
            "\(path) is full (\(RevocationJournal.mostRevocations) revocations, \(RevocationJournal.mostBytes >> 20) MiB), "
                + "and nothing more was revoked: revoke a subject, a key or everything issued before a time instead"
        case .inUse(let path, let processID):
            "\(path): the server with the process id \(processID) uses this directory; give each server its own"
        }
    }
}
