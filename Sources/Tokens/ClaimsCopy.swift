public import Bytes

/// What was proven of a token, in memory that is used again for the next one.
public struct ClaimsCopy: ~Copyable, Sendable {
    // INVARIANT: one table, and the bytes that it refers to.
    private var tables = FixedArray(count: 1) { _ in ClaimsTable.nothing }
    private var bytes = ByteBuffer(capacity: 1_024)

    /// Memory without claims.
    public init() {}

    /// A copy of `claims`. O(n).
    public init(_ claims: VerifiedClaims) { replace(with: claims) }

    /// The claims; empty as long as nothing was copied.
    public var view: VerifiedClaims {
        @_lifetime(borrow self)
        get { VerifiedClaims(tables.span, bytes: bytes.bytes) }
    }

    /// Makes these the claims at hand. Allocates nothing once the memory has grown. O(n).
    public mutating func replace(with claims: VerifiedClaims) {
        bytes.removeAll()
        bytes.append(claims.bytes)
        tables[0] = claims.table
    }

    /// Makes these the claims at hand: of the principal that an API key of this name names, whose issuer is
    /// `TokenVerifier.issuerOfAPIKeys`. Allocates nothing once the memory has grown. O(n).
    public mutating func replace(subject: RawSpan, scopes: ScopeSet) {
        bytes.removeAll()
        bytes.append(subject)
        bytes.append(TokenVerifier.issuerOfAPIKeys)
        var table = ClaimsTable.nothing
        table.subject = TextRange(start: 0, count: subject.byteCount)
        table.issuer = TextRange(start: subject.byteCount, count: bytes.count - subject.byteCount)
        table.byteCount = UInt16(truncatingIfNeeded: bytes.count)
        table.scopes = scopes
        tables[0] = table
    }

    /// Makes these the claims that `read` finds: it gives their table, and appends their bytes, or gives none, and there
    /// are none then. The table must refer to as many bytes; anything else traps when the claims are looked at.
    ///
    /// Returns whether there are any.
    public mutating func replace(_ read: (inout ByteBuffer) -> ClaimsTable?) -> Bool {
        bytes.removeAll()
        guard let table = read(&bytes) else {
            bytes.removeAll()
            tables[0] = .nothing
            return false
        }
        tables[0] = table
        return true
    }
}
