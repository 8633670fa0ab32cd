import Bytes
import Glibc
import TokenCache
import Tokens

/// Tokens, and all that a server asks of one of them: in the cache or not.
final class CacheSubject {
    let tokens: [[UInt8]]
    private let keyring: Keyring
    private let policy: ClaimsPolicy
    private let scopes: ScopeTable
    private let revocations: RevocationList
    private let cache: TokenCache
    private var verifier = TokenVerifier()
    private var claims = ClaimsCopy()
    /// The monotonic clock's nanoseconds.
    private var now: UInt64 = 1_000_000_000_000

    private static let unixSeconds: Int64 = 1_767_225_600
    private static let audience = "https://api.example.com/v1"

    /// So many HS256 tokens, whose issuer has so many bytes.
    init(tokenCount: Int, issuerBytes: Int) throws(BenchError) {
        let issuer = "https://" + String(repeating: "i", count: issuerBytes - 8)
        let key = try Self.made {
            try SigningKey.hs256(
                SymmetricSecret([UInt8](repeating: 7, count: 32).span.raw), id: KeyID("HS256-1"))
        }
        keyring = try Self.made { try Keyring(signing: [key]) }
        policy = try Self.made { try ClaimsPolicy(issuer: issuer, audience: Self.audience) }
        scopes = try Self.made { try ScopeTable() }
        cache = try Self.made { try TokenCache(capacity: 65_536) }
        revocations = RevocationList([], keyring: keyring, nowUnixSeconds: Self.unixSeconds)
        tokens = try Self.made { try Self.issue(tokenCount, TokenIssuer(key), issuer: issuer) }
    }

    private static func issue(_ count: Int, _ signer: borrowing TokenIssuer, issuer: String) throws(IssueError)
        -> [[UInt8]]
    {
        var tokens: [[UInt8]] = []
        var buffer = ByteBuffer(capacity: 4_096)
        for number in 0..<count {
            buffer.removeAll()
            let content = TokenContent(
                subject: "user-4711-8f3a-41d2-9c50-\(number)", scope: "read:profile write:posts", issuer: issuer,
                audience: audience)
            try signer.issue(content, nowUnixSeconds: unixSeconds, into: &buffer)
            tokens.append((0..<buffer.count).map { buffer.bytes[$0] })
        }
        return tokens
    }

    /// What is needed for a measurement; where it can't be had, there is none.
    private static func made<Part: ~Copyable>(_ make: () throws -> Part) throws(BenchError) -> Part {
        do { return try make() } catch { throw .wrongAnswer("\(error)") }
    }

    /// What is done with a token.
    enum Work: CaseIterable {
        /// It is found in the cache, and judged.
        case hit
        /// It is verified, with no cache.
        case verification
        /// It is not found, verified and stored.
        case miss
    }

    /// Does it so often, with the tokens in turn; how long one took, in nanoseconds of this thread's CPU time.
    func nanoseconds(_ work: Work, _ repetitions: Int) throws(BenchError) -> Double {
        do throws(TokenError) {
            if work == .hit { for index in tokens.indices { try hitOrStore(index) } }
            let start = Self.threadNanoseconds()
            var index = 0
            for _ in 0..<repetitions {
                switch work {
                case .hit: try hit(index)
                case .verification: try verify(index, storesAt: nil)
                case .miss:
                    // So long after the last time that everything is too old.
                    if index == 0 { now &+= 400 * 1_000_000_000 }
                    try hitOrStore(index)
                }
                index &+= 1
                if index == tokens.count { index = 0 }
            }
            return Double(Self.threadNanoseconds() - start) / Double(repetitions)
        } catch {
            throw .wrongAnswer("a token was refused: \(error.name)")
        }
    }

    /// The first token, verified.
    func sample() throws(BenchError) -> FloodSample {
        do throws(TokenError) {
            try Self.verify(tokens[0], &verifier, keyring, policy, scopes, into: &claims)
            return FloodSample(token: tokens[0], claims: Self.copy(claims))
        } catch {
            throw .wrongAnswer("a token was refused: \(error.name)")
        }
    }

    private func hit(_ index: Int) throws(TokenError) {
        guard try find(index, at: place(index)) else { throw .unknownKey }
    }

    private func hitOrStore(_ index: Int) throws(TokenError) {
        let place = place(index)
        guard try !find(index, at: place) else { return }
        try verify(index, storesAt: place)
    }

    private func place(_ index: Int) -> TokenPlace {
        let token = tokens[index]
        return cache.place(of: token.span.raw)
    }

    private func find(_ index: Int, at place: TokenPlace) throws(TokenError) -> Bool {
        let token = tokens[index]
        guard
            cache.find(
                token.span.raw, at: place, keyringEpoch: keyring.epoch, scopesEpoch: scopes.epoch, now: now,
                into: &claims)
        else { return false }
        try Self.judge(claims, policy, revocations)
        return true
    }

    private static func judge(
        _ claims: borrowing ClaimsCopy, _ policy: borrowing ClaimsPolicy, _ revocations: RevocationList
    ) throws(TokenError) {
        try claims.view.check(policy, nowUnixSeconds: unixSeconds)
        try revocations.check(claims.view)
    }

    private static func copy(_ claims: borrowing ClaimsCopy) -> ClaimsCopy { ClaimsCopy(claims.view) }

    private func verify(_ index: Int, storesAt place: TokenPlace?) throws(TokenError) {
        try Self.verify(tokens[index], &verifier, keyring, policy, scopes, into: &claims)
        if let place { Self.store(tokens[index], at: place, claims, in: cache, now: now) }
    }

    /// Leaves the claims in a copy, as a server does.
    private static func verify(
        _ token: [UInt8], _ verifier: inout TokenVerifier, _ keyring: Keyring, _ policy: borrowing ClaimsPolicy,
        _ scopes: ScopeTable, into claims: inout ClaimsCopy
    ) throws(TokenError) {
        claims.replace(
            with: try verifier.verify(
                token.span.raw, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: unixSeconds))
    }

    private static func store(
        _ token: [UInt8], at place: TokenPlace, _ claims: borrowing ClaimsCopy, in cache: TokenCache, now: UInt64
    ) {
        _ = cache.store(token.span.raw, at: place, claims.view, now: now)
    }

    private static func threadNanoseconds() -> UInt64 {
        var time = timespec()
        // SAFETY: the kernel writes the time, which lives through the call.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
