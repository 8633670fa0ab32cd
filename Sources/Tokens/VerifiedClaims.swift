internal import Bytes

/// What a token says, after it was proven: a view of the bytes in which it was decoded. `ClaimsCopy` keeps it.
public struct VerifiedClaims: ~Escapable {
    // INVARIANT: one table. Beside it, not in it, since a table is larger than what is read of it.
    private let tables: Span<ClaimsTable>
    /// The token's payload, and behind it those texts that had to be unescaped.
    public let bytes: RawSpan

    /// A view of one table and of its bytes.
    ///
    /// `bytes` must be as many as the table refers to; anything else traps. That they belong together is the caller's word.
    @_lifetime(copy tables, copy bytes)
    init(_ tables: Span<ClaimsTable>, bytes: RawSpan) {
        precondition(tables.count == 1, "there is not one table")
        precondition(bytes.byteCount == Int(tables[0].byteCount), "these are not the table's bytes")
        self.tables = tables
        self.bytes = bytes
    }

    /// Where everything stands, and what is no text.
    public var table: ClaimsTable { tables[0] }

    /// Who the token is about (`sub`): UTF-8 of 1 to 255 bytes without control characters, unescaped.
    public var subject: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(table.subject.range) }
    }

    /// Who made the token (`iss`), unescaped UTF-8; empty when it does not say.
    public var issuer: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(table.issuer.range) }
    }

    /// The token's own name (`jti`), unescaped UTF-8; empty when it has none.
    public var tokenID: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(table.tokenID.range) }
    }

    /// All claims, as JSON: an object without duplicate names.
    public var payload: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(0..<Int(table.payloadCount)) }
    }

    /// The scopes that the token grants, as far as the process knows them.
    public var scopes: ScopeSet { table.scopes }

    /// When the token expires, in Unix seconds.
    public var expiresUnixSeconds: Int64 { table.expiresUnixSeconds }

    /// When the token was made, in Unix seconds; nil where it doesn't say.
    public var issuedUnixSeconds: Int64? { table.times.issuedAt }

    /// From when on the token holds, in Unix seconds; nil where it doesn't say.
    public var notBeforeUnixSeconds: Int64? { table.times.notBefore }

    /// The algorithm that proved it.
    public var algorithm: Algorithm { table.algorithm }
}
