import Bytes
import HTTPWire

/// Which pages of other origins may call a route, and how (the CORS protocol of the Fetch standard). Browsers ask for it;
/// other clients don't, so that it protects users and never the API.
///
/// ```swift
/// api.group("/api/posts", auth: .bearer, cors: CORSPolicy(origins: ["https://app.example"])) { … }
/// ```
/// A mistake in it is reported when the server is made.
public struct CORSPolicy: Sendable, Equatable {
    /// The origins as browsers write them, compared byte for byte: `https://app.example`, `http://localhost:5173`. `*` alone is
    /// every origin.
    public var origins: [String]
    /// The methods that other origins may use; nil for all that a path has. A route of another method answers as if it had
    /// no policy.
    public var methods: MethodSet?
    /// The request headers that they may set beside those that the standard allows everybody.
    public var headers: [String]
    /// The response headers that they may read beside those that the standard lets everybody read.
    public var exposedHeaders: [String]
    /// Whether browsers may send cookies and client certificates along. A bearer token in a header needs none of it.
    public var allowsCredentials: Bool
    /// How long a browser may remember a preflight's answer, in seconds: at most a day.
    public var maxAgeSeconds: UInt32

    /// A policy for these origins.
    public init(
        origins: [String], methods: MethodSet? = nil, headers: [String] = ["Authorization", "Content-Type"],
        exposedHeaders: [String] = [], allowsCredentials: Bool = false, maxAgeSeconds: UInt32 = 600
    ) {
        self.origins = origins
        self.methods = methods
        self.headers = headers
        self.exposedHeaders = exposedHeaders
        self.allowsCredentials = allowsCredentials
        self.maxAgeSeconds = maxAgeSeconds
    }

    /// Whether pages of every origin may call.
    var allowsEveryOrigin: Bool { origins == ["*"] }

    /// Refuses what no browser could match, and what would open more than was meant.
    ///
    /// - Throws: `CORSError`, with the text at fault.
    public func validate() throws(CORSError) {
        guard !origins.isEmpty else { throw .noOrigin }
        guard origins.count <= Self.mostOrigins else { throw .tooManyOrigins(limit: Self.mostOrigins) }
        if allowsEveryOrigin {
            guard !allowsCredentials else { throw .anyOriginWithCredentials }
        } else {
            for origin in origins where !Self.isOrigin(origin) { throw .malformedOrigin(origin) }
        }
        for name in headers + exposedHeaders where !Self.isHeaderName(name) { throw .malformedHeader(name) }
        guard maxAgeSeconds <= Self.longestMaxAgeSeconds else { throw .maxAgeTooLong(limit: Self.longestMaxAgeSeconds) }
    }

    /// Whether a browser would write an origin like this (RFC 6454 section 6.2): scheme, host and port, in lower case, without
    /// the scheme's own port, a path or a slash at the end. `null` is no origin: every sandboxed page has it.
    static func isOrigin(_ text: String) -> Bool {
        guard let separator = text.firstRange(of: "://") else { return false }
        let scheme = text[..<separator.lowerBound]
        guard let first = scheme.utf8.first, isLetter(first),
            scheme.utf8.allSatisfy({ isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) })
        else { return false }
        let authority = text[separator.upperBound...]
        var host = authority
        if let colon = authority.lastIndex(of: ":"), authority.last != "]" {
            host = authority[..<colon]
            guard isPort(authority[authority.index(after: colon)...], of: scheme) else { return false }
        }
        if host.first == "[", host.last == "]" {
            return host.dropFirst().dropLast().utf8.contains(0x3A)
                && host.dropFirst().dropLast().utf8.allSatisfy { isDigit($0) || $0 &- 0x61 < 6 || $0 == 0x3A }
        }
        return !host.isEmpty && host.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-._".utf8.contains($0) }
    }

    private static func isPort(_ text: Substring, of scheme: Substring) -> Bool {
        guard let port = UInt16(text), port > 0, String(port) == text else { return false }
        return !(scheme == "https" && port == 443) && !(scheme == "http" && port == 80)
    }

    /// `*` is a token, too, but stands for all headers where there are no credentials, and for itself where there are.
    private static func isHeaderName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { isLetter($0.asciiLowercased) || isDigit($0) || "-_".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// Each request of another origin is compared with all of them.
    private static let mostOrigins = 256
    private static let longestMaxAgeSeconds: UInt32 = 86_400
}

/// Why a CORS policy can't be honoured.
public enum CORSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It names no origin.
    case noOrigin
    /// It names more origins than `limit`.
    case tooManyOrigins(limit: Int)
    /// No browser writes an origin like this.
    case malformedOrigin(String)
    /// Every page there is could act with the cookies of whoever looks at it.
    case anyOriginWithCredentials
    /// The text is no header's name.
    case malformedHeader(String)
    /// Preflights would be remembered for longer than `limit` seconds.
    case maxAgeTooLong(limit: UInt32)

    /// The error in a sentence for the API's author.
    public var description: String {
        switch self {
        case .noOrigin: "it names no origin: name those whose pages may call, or '*' for all"
        case .tooManyOrigins(let limit): "it names more than \(limit) origins"
        case .malformedOrigin("null"):
            "'null' is no origin: every sandboxed page and local file has it; name the origins that are meant"
        case .malformedOrigin("*"): "'*' stands for all origins: it stands alone"
        case .malformedOrigin(let text):
            "'\(text)' is not an origin as browsers write it: scheme://host or scheme://host:port, in lower case, without "
                + "a slash at the end or the scheme's own port"
        case .anyOriginWithCredentials:
            "'*' with credentials would let every page act for its visitors: name the origins, or leave credentials out"
        case .malformedHeader(let text): "'\(text)' is no name of a header: name each, such as Authorization"
        case .maxAgeTooLong(let limit): "a preflight is remembered for at most \(limit) seconds"
        }
    }
}
