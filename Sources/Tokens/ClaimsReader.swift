internal import Bytes
internal import JSON

/// Gathers the registered claims (RFC 7519 section 4.1, RFC 8693 section 4.2) in one walk over the payload.
struct ClaimsReader {
    private(set) var hasExpiry = false
    private var hasScopes = false

    /// Takes in a whole payload, whose length `table` knows. `unescaped` gets the texts that must stay and have escapes:
    /// their places are behind the payload.
    ///
    /// - Throws: `TokenError.malformedClaims` when it is no JSON object without duplicates, and the error of the first
    ///   claim that is of the wrong kind.
    mutating func read(
        _ payload: borrowing ByteBuffer, _ limits: JSONLimits, into tape: inout JSONTape,
        unescaped: inout ByteBuffer, scopes: ScopeTable, to table: inout ClaimsTable
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
            try read(member, scopes, unescaped: &unescaped, to: &table)
        }
    }

    /// Takes in one claim; those that mean nothing here are passed over.
    @inline(__always)
    private mutating func read(
        _ member: JSONMember, _ known: ScopeTable, unescaped: inout ByteBuffer, to table: inout ClaimsTable
    ) throws(TokenError) {
        switch Name(member.name) {
        case .subject: table.subject = try Self.place(of: member.value, table.payloadCount, &unescaped)
        case .issuer: table.issuer = try Self.place(of: member.value, table.payloadCount, &unescaped)
        case .audience:
            table.hasAudienceList = member.value.kind == .array
            table.audiences =
                table.hasAudienceList
                ? try Self.list(member.value, table.payloadCount, &unescaped)
                : try Self.place(of: member.value, table.payloadCount, &unescaped)
        case .tokenID: table.tokenID = try Self.place(of: member.value, table.payloadCount, &unescaped)
        case .expires:
            table.times.expires = try Self.date(member.value, table.algorithm.format)
            hasExpiry = true
        case .notBefore: table.times.notBefore = try Self.date(member.value, table.algorithm.format)
        // A token that was made within a second is older than the next: what is revoked before that is meant.
        case .issuedAt: table.times.issuedAt = try Self.date(member.value, table.algorithm.format, roundsUp: false)
        case .scope: table.scopes = try only(ScopeClaim.scopes(inText: member.value, known, &unescaped))
        case .scopeList: table.scopes = try only(ScopeClaim.scopes(inList: member.value, known, &unescaped))
        case .confirmation: table.certificate = try member.value.certificateThumbprint()
        case .other: break
        }
    }
}

// MARK: - Single claims

extension ClaimsReader {
    private static func place(
        of value: borrowing JSONValue, _ payloadCount: UInt16, _ unescaped: inout ByteBuffer
    ) throws(TokenError) -> TextRange {
        guard let string = value.asString else { throw .malformedClaims }
        guard string.hasEscapes else { return TextRange(start: value.offset, count: string.raw.byteCount) }
        let start = unescaped.count
        string.append(to: &unescaped)
        return TextRange(start: Int(payloadCount) + start, count: unescaped.count - start)
    }

    /// The texts of an array, in the form of `ClaimsTable.audiences`.
    private static func list(
        _ value: borrowing JSONValue, _ payloadCount: UInt16, _ unescaped: inout ByteBuffer
    ) throws(TokenError) -> TextRange {
        let start = unescaped.count
        var elements = value.elements
        while let element = elements.next() {
            guard let name = element.asString else { throw .malformedClaims }
            append(name, to: &unescaped)
        }
        return TextRange(start: Int(payloadCount) + start, count: unescaped.count - start)
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

    private static func date(
        _ value: borrowing JSONValue, _ format: TokenFormat, roundsUp: Bool = true
    ) throws(TokenError) -> Int64 {
        let seconds =
            format == .paseto
            ? textualDate(value, roundsUp: roundsUp) : NumericDate.unixSeconds(value, roundsUp: roundsUp)
        guard let seconds else { throw .malformedClaims }
        return seconds
    }

    private static func textualDate(_ value: borrowing JSONValue, roundsUp: Bool) -> Int64? {
        // No character of a date needs an escape.
        guard let text = value.asString, !text.hasEscapes else { return nil }
        return RFC3339.unixSeconds(text.raw, roundsUp: roundsUp)
    }

    /// Two claims that both list scopes would leave open which one counts.
    private mutating func only(_ found: ScopeSet) throws(TokenError) -> ScopeSet {
        guard !hasScopes else { throw .malformedScope }
        hasScopes = true
        return found
    }
}

extension ClaimsReader {
    private enum Name {
        case subject, issuer, audience, expires, notBefore, issuedAt, scope, scopeList, tokenID, confirmation, other

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
            case JSONString.shortText("cnf"): self = .confirmation
            default: self = .other
            }
        }
    }
}
