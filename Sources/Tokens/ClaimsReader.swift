internal import Bytes
internal import JSON

/// Gathers the registered claims (RFC 7519 section 4.1, RFC 8693 section 4.2) in one walk over the payload.
struct ClaimsReader {
    /// How long the payload is; unescaped texts get their places behind it.
    let payloadCount: Int
    /// Whether dates are texts (PASETO) and not numbers (JWT).
    let datesAreText: Bool
    private var times = TokenTimes()
    private(set) var subject = TextRange()
    private(set) var issuer = TextRange()
    private var issuerMatches = false
    private var audienceMatches = false
    private(set) var scopes: ScopeSet?

    init(payloadCount: Int, datesAreText: Bool) {
        self.payloadCount = payloadCount
        self.datesAreText = datesAreText
    }

    /// Takes in a whole payload. `unescaped` gets the texts that must stay and have escapes.
    ///
    /// - Throws: `TokenError.malformedClaims` when it is no JSON object without duplicates, and the error of the first
    ///   claim that is of the wrong kind.
    mutating func read(
        _ payload: borrowing ByteBuffer, _ limits: JSONLimits, into tape: inout JSONTape,
        unescaped: inout ByteBuffer, policy: borrowing ClaimsPolicy, scopes: ScopeTable
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
            try read(member, policy: policy, table: scopes, unescaped: &unescaped)
        }
    }

    /// Holds what was gathered against the policy; returns when the token expires.
    @inline(__always)
    func check(_ policy: borrowing ClaimsPolicy, nowUnixSeconds: Int64) throws(TokenError) -> Int64 {
        guard issuerMatches || policy.issuer.isEmpty else { throw .wrongIssuer }
        guard audienceMatches || policy.audience.isEmpty else { throw .wrongAudience }
        return try policy.check(times, nowUnixSeconds: nowUnixSeconds)
    }

    /// Takes in one claim; those that mean nothing here are passed over.
    @inline(__always)
    private mutating func read(
        _ member: JSONMember, policy: borrowing ClaimsPolicy, table: ScopeTable, unescaped: inout ByteBuffer
    ) throws(TokenError) {
        switch Name(member.name) {
        case .subject: subject = try place(of: member.value, unescaped: &unescaped)
        case .issuer:
            issuer = try place(of: member.value, unescaped: &unescaped)
            issuerMatches = member.value.asString?.equals(policy.issuer.bytes) == true
        case .audience: audienceMatches = try Self.isNamed(policy.audience, in: member.value)
        case .expires: times.expires = try date(member.value)
        case .notBefore: times.notBefore = try date(member.value)
        case .issuedAt: times.issuedAt = try date(member.value)
        case .scope: try add(ScopeClaim.scopes(inText: member.value, table, &unescaped))
        case .scopeList: try add(ScopeClaim.scopes(inList: member.value, table, &unescaped))
        case .other: break
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

    /// Whether `audience` is the audience or one of the audiences.
    private static func isNamed(
        _ audience: borrowing ByteBuffer, in value: borrowing JSONValue
    ) throws(TokenError) -> Bool {
        if let single = value.asString { return single.equals(audience.bytes) }
        guard value.kind == .array else { throw .malformedClaims }
        var isNamed = false
        var elements = value.elements
        while let element = elements.next() {
            guard let name = element.asString else { throw .malformedClaims }
            if name.equals(audience.bytes) { isNamed = true }
        }
        return isNamed
    }

    private func date(_ value: borrowing JSONValue) throws(TokenError) -> Int64 {
        let seconds = datesAreText ? Self.textualDate(value) : NumericDate.unixSeconds(value)
        guard let seconds else { throw .malformedClaims }
        return seconds
    }

    private static func textualDate(_ value: borrowing JSONValue) -> Int64? {
        // No character of a date needs an escape.
        guard let text = value.asString, !text.hasEscapes else { return nil }
        return RFC3339.unixSeconds(text.raw)
    }

    /// Two claims that both list scopes would leave open which one counts.
    private mutating func add(_ found: ScopeSet) throws(TokenError) {
        guard scopes == nil else { throw .malformedScope }
        scopes = found
    }
}

extension ClaimsReader {
    private enum Name {
        case subject, issuer, audience, expires, notBefore, issuedAt, scope, scopeList, other

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
            default: self = .other
            }
        }
    }
}
