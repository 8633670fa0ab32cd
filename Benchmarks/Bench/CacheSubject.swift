import Bytes
import Glibc
import TokenCache
import Tokens

/// Tokens, and all that a server asks of one of them: in the cache or not.
///
/// A value that owns what it needs: nothing is counted or checked for exclusive access that a server doesn't, either.
struct CacheSubject: ~Copyable {
    let tokens: [[UInt8]]
    private let keyring: Keyring
    private let policy: ClaimsPolicy
    private let scopes: ScopeTable
    private let revocations: RevocationList
    private let cache: Held<TokenCache>
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
        let keys = try Self.made { try Keyring(signing: [key]) }
        let policy = try Self.made { try ClaimsPolicy(issuer: issuer, audience: Self.audience) }
        let scopes = try Self.made { try ScopeTable() }
        let cache = try Self.made { try TokenCache(capacity: 65_536) }
        tokens = try Self.made { try Self.issue(tokenCount, TokenIssuer(key), issuer: issuer) }
        keyring = keys
        revocations = RevocationList([], keyring: keys, nowUnixSeconds: Self.unixSeconds)
        self.policy = policy
        self.scopes = scopes
        self.cache = Held(cache)
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
    mutating func nanoseconds(_ work: Work, _ repetitions: Int) throws(BenchError) -> Double {
        do throws(TokenError) {
            if work == .hit { for token in tokens { try hitOrStore(token.span.raw) } }
            let start = Self.threadNanoseconds()
            var index = 0
            for _ in 0..<repetitions {
                let token = tokens[index]
                switch work {
                case .hit: try hit(token.span.raw)
                case .verification: try verify(token.span.raw)
                case .miss:
                    // So long after the last time that everything is too old.
                    if index == 0 { now &+= 400 * 1_000_000_000 }
                    try hitOrStore(token.span.raw)
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
    mutating func sample() throws(BenchError) -> FloodSample {
        let token = tokens[0]
        do throws(TokenError) {
            try verify(token.span.raw)
        } catch {
            throw .wrongAnswer("a token was refused: \(error.name)")
        }
        return FloodSample(token: token, claims: ClaimsCopy(claims.view))
    }

    private mutating func hit(_ token: RawSpan) throws(TokenError) {
        guard try find(token, at: place(of: token)) else { throw .unknownKey }
    }

    private mutating func hitOrStore(_ token: RawSpan) throws(TokenError) {
        let place = place(of: token)
        guard try !find(token, at: place) else { return }
        try verify(token)
        store(token, at: place)
    }

    private func place(of token: RawSpan) -> TokenPlace { cache.use { $0.place(of: token) } }

    private mutating func find(_ token: RawSpan, at place: TokenPlace) throws(TokenError) -> Bool {
        let isFound = Self.find(
            token, at: place, in: cache, keyringEpoch: keyring.epoch, scopesEpoch: scopes.epoch, now, into: &claims)
        guard isFound else { return false }
        try claims.view.check(policy, nowUnixSeconds: Self.unixSeconds)
        try revocations.check(claims.view)
        return true
    }

    private static func find(
        _ token: RawSpan, at place: TokenPlace, in cache: borrowing Held<TokenCache>, keyringEpoch: UInt64,
        scopesEpoch: UInt64, _ now: UInt64, into claims: inout ClaimsCopy
    ) -> Bool {
        cache.use {
            $0.find(token, at: place, keyringEpoch: keyringEpoch, scopesEpoch: scopesEpoch, now: now, into: &claims)
        }
    }

    /// Leaves the claims in a copy, as a server does.
    private mutating func verify(_ token: RawSpan) throws(TokenError) {
        try Self.verify(token, &verifier, keyring, policy, scopes, into: &claims)
    }

    private static func verify(
        _ token: RawSpan, _ verifier: inout TokenVerifier, _ keyring: Keyring, _ policy: borrowing ClaimsPolicy,
        _ scopes: ScopeTable, into claims: inout ClaimsCopy
    ) throws(TokenError) {
        claims.replace(
            with: try verifier.verify(
                token, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: unixSeconds))
    }

    private func store(_ token: RawSpan, at place: TokenPlace) {
        _ = cache.use { $0.store(token, at: place, claims.view, now: now) }
    }

    private static func threadNanoseconds() -> UInt64 {
        var time = timespec()
        // SAFETY: the kernel writes the time, which lives through the call.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
