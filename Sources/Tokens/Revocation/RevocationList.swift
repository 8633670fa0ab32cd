internal import Bytes

/// What is revoked at one time: immutable, and asked without allocating or counting references.
public final class RevocationList: Sendable {
    /// How many revocations it holds.
    public let count: Int
    private let issuedBeforeUnixSeconds: Int64
    /// The keyring's keys, by their places.
    private let revokedKeys: Set
    private let keyringEpoch: UInt64
    private let tokenIDs: ByteStringTable
    private let subjects: ByteStringTable
    /// For each subject of the table, by its number, where its rules are.
    private let places: FixedArray<Range<Int>>
    private let rules: FixedArray<Rule>

    /// Places of keys. Not an array: reading one would count references.
    private typealias Set = FixedArray<Bool>

    /// Until when which tokens of a subject are revoked. Not private: the compiler loses the symbol of a private type in a
    /// generic that another file destroys.
    struct Rule: ~Copyable, Sendable {
        /// Nil for every issuer.
        let issuer: ByteBuffer?
        let issuedBeforeUnixSeconds: Int64
    }

    /// A list of those that still hold; of more than `RevocationJournal.mostRevocations` it traps.
    ///
    /// - Parameter keyring: the keys whose tokens are held against it; those of other keyrings are not known by place.
    public init(_ revocations: [Revocation], keyring: Keyring, nowUnixSeconds: Int64) {
        var merged: [Revocation.Target: Revocation] = [:]
        for revocation in revocations where revocation.isLive(nowUnixSeconds: nowUnixSeconds) {
            merged[revocation.target] = merged[revocation.target]?.union(revocation) ?? revocation
        }
        count = merged.count
        var before = Int64.min
        var keys: [KeyID] = []
        var ids: [String] = []
        var bySubject: [[UInt8]: [(issuer: String?, before: Int64)]] = [:]
        for revocation in merged.values {
            switch revocation {
            case .token(let id, _): ids.append(id)
            case .subject(let subject, let issuer, let time, _):
                bySubject[Array(subject.utf8), default: []].append((issuer, time))
            case .key(let id): keys.append(id)
            case .issuedBefore(let time): before = time
            }
        }
        issuedBeforeUnixSeconds = before
        keyringEpoch = keyring.epoch
        let names = keyring.verificationKeys.map(\.id)
        revokedKeys = FixedArray(count: names.count) { keys.contains(names[$0]) }
        tokenIDs = ByteStringTable(ids.map { (kind: 0, text: $0) })
        let ordered = Array(bySubject)
        subjects = ByteStringTable(ordered.map { (kind: 0, text: String(decoding: $0.key, as: UTF8.self)) })
        var ends = [0]
        for entry in ordered { ends.append((ends.last ?? 0) + entry.value.count) }
        places = FixedArray(count: ordered.count) { ends[$0]..<ends[$0 + 1] }
        let flat = ordered.flatMap(\.value)
        rules = FixedArray(count: flat.count) { Rule(issuer: flat[$0].issuer, issuedBefore: flat[$0].before) }
    }

    /// Holds a proven token against the list. O(length of its name and subject); O(1) when the list is empty.
    ///
    /// - Throws: `TokenError.revoked`.
    public func check(_ claims: VerifiedClaims) throws(TokenError) {
        guard count > 0 else { return }
        // A token that doesn't say when it was made may have been made at any time.
        let issuedAt = claims.table.times.issuedAt ?? .min
        guard issuedAt >= issuedBeforeUnixSeconds, !isKeyRevoked(claims.table),
            tokenIDs.value(0, claims.tokenID) == nil, !isSubjectRevoked(claims, issuedAt: issuedAt)
        else { throw .revoked }
    }

    /// Whether the tokens of this name are revoked, by their name. O(length of the name).
    package func holds(tokenID: RawSpan) -> Bool { tokenIDs.value(0, tokenID) != nil }

    private func isKeyRevoked(_ table: ClaimsTable) -> Bool {
        // Places of another keyring's keys say nothing here: better to refuse than to guess.
        guard table.keyringEpoch == keyringEpoch else { return true }
        return revokedKeys[Int(table.keyIndex)]
    }

    private func isSubjectRevoked(_ claims: VerifiedClaims, issuedAt: Int64) -> Bool {
        guard let number = subjects.value(0, claims.subject) else { return false }
        for index in places[number] where issuedAt < rules[index].issuedBeforeUnixSeconds {
            if rules[index].concerns(issuer: claims.issuer) { return true }
        }
        return false
    }
}

extension RevocationList.Rule {
    fileprivate init(issuer: String?, issuedBefore: Int64) {
        var text: ByteBuffer?
        if let issuer {
            var buffer = ByteBuffer(capacity: 64)
            buffer.append(issuer)
            text = consume buffer
        }
        self.issuer = text
        issuedBeforeUnixSeconds = issuedBefore
    }

    fileprivate func concerns(issuer found: RawSpan) -> Bool {
        switch issuer {
        case .none: true
        case .some(let issuer): issuer.bytes.equals(found)
        }
    }
}
