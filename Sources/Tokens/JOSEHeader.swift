internal import Bytes
internal import JSON

/// What counts in a JOSE header (RFC 7515 section 4.1).
///
/// Keys that a token brings along or points to (`jwk`, `jku`, `x5c`, `x5u`) are not even looked at: trust comes from the
/// keyring alone.
struct JOSEHeader: ~Escapable {
    let algorithm: JSONString
    let keyID: JSONString?
    let type: JSONString?

    /// - Throws: `TokenError.malformedHeader` when a member has the wrong kind or `alg` is missing, `.unsecuredToken`,
    ///   `.criticalExtension` or `.nestedToken` for what is refused by name.
    @_lifetime(copy value)
    init(_ value: JSONValue) throws(TokenError) {
        guard value.kind == .object else { throw .malformedHeader }
        var algorithm: JSONString?
        var keyID: JSONString?
        var type: JSONString?
        var members = value.members
        while let member = members.next() {
            switch Name(member.name) {
            case .algorithm: algorithm = try Self.string(member.value)
            case .keyID: keyID = try Self.string(member.value)
            case .type: type = try Self.string(member.value)
            case .contentType: try Self.refuseNesting(Self.string(member.value))
            case .extension: throw .criticalExtension
            case .other: break
            }
        }
        guard let algorithm else { throw .malformedHeader }
        if let type, type.raw.isEmpty { throw .malformedHeader }
        guard !algorithm.raw.equalsIgnoringASCIICase("none") else { throw .unsecuredToken }
        self.algorithm = algorithm
        self.keyID = keyID
        self.type = type
    }

    @_lifetime(copy value)
    private static func string(_ value: JSONValue) throws(TokenError) -> JSONString {
        guard let string = value.asString else { throw .malformedHeader }
        return string
    }

    /// RFC 7519 section 5.2: a token inside is announced so, and we take none.
    private static func refuseNesting(_ contentType: JSONString) throws(TokenError) {
        guard !contentType.raw.equalsIgnoringASCIICase("jwt") else { throw .nestedToken }
    }

    private enum Name {
        case algorithm, keyID, type, contentType, `extension`, other

        init(_ name: JSONString) {
            switch name.shortText {
            case JSONString.shortText("alg"): self = .algorithm
            case JSONString.shortText("kid"): self = .keyID
            case JSONString.shortText("typ"): self = .type
            case JSONString.shortText("cty"): self = .contentType
            case JSONString.shortText("crit"), JSONString.shortText("b64"): self = .extension
            default: self = .other
            }
        }
    }
}
