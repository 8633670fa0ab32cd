internal import Bytes
internal import JSON

/// Gathers the registered claims (RFC 7519 section 4.1, RFC 8693 section 4.2) in one walk over the payload.
struct ClaimsReader {
    /// How long the payload is; unescaped texts get their places behind it.
    let payloadCount: Int
    /// Whether dates are texts (PASETO) and not numbers (JWT).
    let datesAreText: Bool
    private(set) var expires: Int64?
    private(set) var notBefore: Int64?
    private(set) var issuedAt: Int64?
    private(set) var subject = TextRange()
    private(set) var issuer = TextRange()
    private(set) var audiences = TextRange()
    private(set) var hasAudienceList = false
    private(set) var tokenID = TextRange()
    private(set) var scopes: ScopeSet?
    /// What the token's roles grant.
    private(set) var roleScopes = ScopeSet()

    init(payloadCount: Int, datesAreText: Bool) {
        self.payloadCount = payloadCount
        self.datesAreText = datesAreText
    }

    /// Takes in a whole payload. `unescaped` gets the texts that must stay and have escapes. The claim called `rolesClaim`
    /// names roles, unless that is empty.
    ///
    /// - Throws: `TokenError.malformedClaims` when it is no JSON object without duplicates, and the error of the first
    ///   claim that is of the wrong kind.
    mutating func read(
        _ payload: borrowing ByteBuffer, _ limits: JSONLimits, into tape: inout JSONTape,
        unescaped: inout ByteBuffer, scopes: ScopeTable, rolesClaim: RawSpan
    ) throws(TokenError) {
        unescaped.removeAll()
        let document: JSONValue
        do throws(JSONError) {
            document = try tape.parse(payload.bytes, limits: limits)
        } catch {
            throw .malformedClaims
        }
        guard document.kind == .object else { throw .malformedClaims }
        var members = document.members
        while let member = members.next() {
            try read(member, table: scopes, unescaped: &unescaped, rolesClaim)
        }
    }

    /// Takes in one claim; those that mean nothing here are passed over.
    @inline(__always)
    private mutating func read(
        _ member: JSONMember, table: ScopeTable, unescaped: inout ByteBuffer, _ rolesClaim: RawSpan
    ) throws(TokenError) {
        switch Name(member.name) {
        case .subject: subject = try place(of: member.value, unescaped: &unescaped)
        case .issuer: issuer = try place(of: member.value, unescaped: &unescaped)
        case .audience:
            hasAudienceList = member.value.kind == .array
            audiences =
                hasAudienceList
                ? try list(member.value, unescaped: &unescaped) : try place(of: member.value, unescaped: &unescaped)
        case .tokenID: tokenID = try place(of: member.value, unescaped: &unescaped)
        case .expires: expires = try date(member.value)
        case .notBefore: notBefore = try date(member.value)
        // A token that was made within a second is older than the next: what is revoked before that is meant.
        case .issuedAt: issuedAt = try date(member.value, roundsUp: false)
        case .scope: try add(ScopeClaim.scopes(inText: member.value, table, &unescaped))
        case .scopeList: try add(ScopeClaim.scopes(inList: member.value, table, &unescaped))
        case .other:
            guard !rolesClaim.isEmpty, member.name.equals(rolesClaim) else { break }
            roleScopes = try ScopeClaim.scopes(ofRoles: member.value, table, &unescaped)
        }
    }
}

// MARK: - Single claims

extension ClaimsReader {
    private func place(of value: borrowing JSONValue, unescaped: inout ByteBuffer) throws(TokenError) -> TextRange {
        guard let string = value.asString else { throw .malformedClaims }
        guard string.hasEscapes else { return TextRange(start: value.offset, count: string.raw.byteCount) }
        let start = unescaped.count
        string.append(to: &unescaped)
        return TextRange(start: payloadCount + start, count: unescaped.count - start)
    }

    /// The texts of an array, in the form of `ClaimsTable.audiences`.
    private func list(_ value: borrowing JSONValue, unescaped: inout ByteBuffer) throws(TokenError) -> TextRange {
        let start = unescaped.count
        var elements = value.elements
        while let element = elements.next() {
            guard let name = element.asString else { throw .malformedClaims }
            Self.append(name, to: &unescaped)
        }
        return TextRange(start: payloadCount + start, count: unescaped.count - start)
    }

    private static func append(_ text: JSONString, to list: inout ByteBuffer) {
        let start = list.count
        list.append(0)
        list.append(0)
        text.append(to: &list)
        // No text is longer than the longest token.
        let count = UInt16(truncatingIfNeeded: list.count - start - 2)
        var bytes = list.mutableBytes
        bytes.storeBytes(of: count.littleEndian, toByteOffset: start, as: UInt16.self)
    }

    private func date(_ value: borrowing JSONValue, roundsUp: Bool = true) throws(TokenError) -> Int64 {
        let seconds =
            datesAreText
            ? Self.textualDate(value, roundsUp: roundsUp) : NumericDate.unixSeconds(value, roundsUp: roundsUp)
        guard let seconds else { throw .malformedClaims }
        return seconds
    }

    private static func textualDate(_ value: borrowing JSONValue, roundsUp: Bool) -> Int64? {
        // No character of a date needs an escape.
        guard let text = value.asString, !text.hasEscapes else { return nil }
        return RFC3339.unixSeconds(text.raw, roundsUp: roundsUp)
    }

    /// Two claims that both list scopes would leave open which one counts.
    private mutating func add(_ found: ScopeSet) throws(TokenError) {
        guard scopes == nil else { throw .malformedScope }
        scopes = found
    }
}

extension ClaimsReader {
    private enum Name {
        case subject, issuer, audience, expires, notBefore, issuedAt, scope, scopeList, tokenID, other

        @inline(__always)
        init(_ name: JSONString) {
            switch name.shortText {
            case JSONString.shortText("sub"): self = .subject
            case JSONString.shortText("iss"): self = .issuer
            case JSONString.shortText("aud"): self = .audience
            case JSONString.shortText("exp"): self = .expires
            case JSONString.shortText("nbf"): self = .notBefore
            case JSONString.shortText("iat"): self = .issuedAt
            case JSONString.shortText("scope"): self = .scope
            case JSONString.shortText("scp"): self = .scopeList
            case JSONString.shortText("jti"): self = .tokenID
            default: self = .other
            }
        }
    }
}
