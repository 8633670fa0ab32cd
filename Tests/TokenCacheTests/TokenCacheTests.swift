import Bytes
import TestSupport
import Testing
import Tokens

@testable import TokenCache

@Suite("A token cache")
struct TokenCacheTests {
    private static let second: UInt64 = 1_000_000_000

    @Test("gives back what was proven, of every kind of token", arguments: Algorithm.allCases)
    func roundTrip(algorithm: Algorithm) throws {
        let tokens = try TestTokens([algorithm])
        let cache = try TokenCache(capacity: 1024)
        let proven = try tokens.verify(
            tokens.token(algorithm, subject: "jö", scope: "read:x", issuer: "https://i", audience: "api"))
        #expect(proven.subject(in: cache) == nil)
        #expect(proven.store(in: cache) == .stored(evicted: 0))
        var found = ClaimsCopy()
        let text = proven.token
        let isFound = cache.find(
            text.span.raw, at: cache.place(of: text.span.raw), keyringEpoch: tokens.keyring.epoch,
            scopesEpoch: tokens.scopes.epoch, now: TestTokens.now, into: &found)
        try #require(isFound)
        let claims = found.view
        let copied = claims.bytes.array
        #expect(copied == proven.bytes)
        let (subject, issuer, id) = (String(claims.subject), String(claims.issuer), claims.tokenID.byteCount)
        #expect(subject == "jö" && issuer == "https://i" && id == 22)
        #expect(claims.algorithm == algorithm)
        #expect(tokens.keyring.keyID(of: found.view.table) == tokens.keyring.verificationKeys[0].id)
    }

    @Test("takes tokens of every length up to the longest", arguments: [1, 200, 800, 1_500, 2_500])
    func lengths(count: Int) throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let proven = try tokens.verify(tokens.token(issuer: String(repeating: "i", count: count)))
        proven.store(in: cache)
        #expect(proven.subject(in: cache) == "jo")
        var other = proven.token
        other[other.count / 2] ^= 1
        let changed = proven.renamed(other)
        #expect(changed.subject(in: cache) == nil, "a token that differs in its middle was taken for another")
    }

    @Test("leaves no claims of one token to another that it doesn't find", arguments: ["", "x", "other"])
    func nothingLeft(other: String) throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let proven = try tokens.verify(tokens.token())
        proven.store(in: cache)
        var claims = ClaimsCopy()
        for text in [proven.token, Array(other.utf8)] {
            let isFound = cache.find(
                text.span.raw, at: cache.place(of: text.span.raw), keyringEpoch: tokens.keyring.epoch,
                scopesEpoch: tokens.scopes.epoch, now: TestTokens.now, into: &claims)
            #expect(isFound == (text == proven.token) && claims.view.subject.isEmpty == !isFound)
        }
    }

    @Test("never takes tokens for one another that fall into one place")
    func collision() throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let alice = try tokens.verify(tokens.token(subject: "alice"))
        // As long, and with the same end: the same hash, whatever the secret.
        var token = try tokens.token(subject: "mallo")
        token.replaceSubrange(token.count - 43..<token.count, with: alice.token.suffix(43))
        let mallory = alice.renamed(token)
        #expect(token.count == alice.token.count)
        alice.store(in: cache)
        #expect(mallory.subject(in: cache) == nil)
        #expect(alice.subject(in: cache) == "alice")
        let other = try tokens.verify(tokens.token(subject: "other"))
        let forged = other.renamed(token)
        forged.store(in: cache)
        #expect(forged.subject(in: cache) == "other")
        #expect(alice.subject(in: cache) == nil)
    }

    @Test("keeps an entry for its life, and no hit makes that longer")
    func absoluteLife() throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let proven = try tokens.verify(tokens.token())
        proven.store(in: cache)
        for seconds in [0, 100, 200, 299] {
            #expect(proven.subject(in: cache, now: TestTokens.now + UInt64(seconds) * Self.second) == "jo")
        }
        #expect(proven.subject(in: cache, now: TestTokens.now + 300 * Self.second) == nil)
        #expect(proven.subject(in: cache, now: TestTokens.now + 40_000 * Self.second) == nil)
    }

    @Test("finds nothing from a time that lies ahead: the clock was set back")
    func clockSetBack() throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let proven = try tokens.verify(tokens.token())
        proven.store(in: cache)
        let earlier = TestTokens.now - 10 * Self.second
        #expect(proven.subject(in: cache, now: earlier) == nil)
        // It can be stored anew, and then is good.
        #expect(proven.store(in: cache, now: earlier) == .stored(evicted: 0))
        #expect(proven.subject(in: cache, now: earlier) == "jo")
    }

    @Test("finds what a thread has stored whose pass began in the next second")
    func momentAhead() throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let proven = try tokens.verify(tokens.token())
        proven.store(in: cache)
        #expect(proven.subject(in: cache, now: TestTokens.now - Self.second) == "jo")
    }

    @Test("finds nothing that other keys have proven, or other scope names were read from")
    func epochs() throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let proven = try tokens.verify(tokens.token())
        proven.store(in: cache)
        func isFound(keyring: UInt64, scopes: UInt64) -> Bool {
            let text = proven.token
            var claims = ClaimsCopy()
            return cache.find(
                text.span.raw, at: cache.place(of: text.span.raw), keyringEpoch: keyring,
                scopesEpoch: scopes, now: TestTokens.now, into: &claims)
        }
        #expect(isFound(keyring: tokens.keyring.epoch, scopes: tokens.scopes.epoch))
        #expect(!isFound(keyring: try Keyring(signing: tokens.keyring.signingKeys).epoch, scopes: tokens.scopes.epoch))
        #expect(!isFound(keyring: tokens.keyring.epoch, scopes: try ScopeTable().epoch))
    }

    @Test("lets each policy judge a token that it finds")
    func policies() throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let proven = try tokens.verify(
            tokens.token(scope: "read:x", issuer: "https://i", audience: "a", lifetimeSeconds: 100))
        proven.store(in: cache)
        func judge(_ policy: borrowing ClaimsPolicy, later: Int64 = 0) -> TokenError? {
            let text = proven.token
            var claims = ClaimsCopy()
            guard
                cache.find(
                    text.span.raw, at: cache.place(of: text.span.raw),
                    keyringEpoch: tokens.keyring.epoch, scopesEpoch: tokens.scopes.epoch,
                    now: TestTokens.now, into: &claims)
            else { return .signatureMismatch }
            do throws(TokenError) {
                try claims.view.check(policy, nowUnixSeconds: TestTokens.unixSeconds + later)
                return nil
            } catch {
                return error
            }
        }
        #expect(judge(try ClaimsPolicy(issuer: "https://i", audience: "a")) == nil)
        #expect(judge(try ClaimsPolicy(audience: "b")) == .wrongAudience)
        #expect(judge(try ClaimsPolicy(audience: "aa")) == .wrongAudience)
        #expect(judge(try ClaimsPolicy(issuer: "https://j")) == .wrongIssuer)
        #expect(judge(try ClaimsPolicy(type: "at+jwt")) == .wrongType)
        #expect(judge(try ClaimsPolicy(type: "jwt")) == nil)
        #expect(judge(try ClaimsPolicy(implicitAssertion: "x")) == .assertionNotCovered)
        #expect(judge(try ClaimsPolicy(longestLifetimeSeconds: 10)) == .lifetimeTooLong)
        #expect(judge(try ClaimsPolicy(), later: 130) == .expired)
        #expect(judge(try ClaimsPolicy(), later: -31) == .issuedInFuture)
    }

    @Test("keeps hot tokens in a flood of valid ones that come once, in the memory that it had")
    func flood() throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 256)
        let hot = try (0..<60).map { try tokens.verify(tokens.token(subject: "hot-\($0)")) }
        for token in hot { token.store(in: cache) }
        #expect(hot.filter { $0.subject(in: cache) != nil }.count == hot.count)
        let before = cache.byteCount
        for number in 0..<1_000 {
            let once = try tokens.verify(tokens.token(subject: "once-\(number)"))
            once.store(in: cache)
        }
        #expect(hot.filter { $0.subject(in: cache) != nil }.count == hot.count)
        #expect(cache.byteCount == before && before == 256 * 1024)
    }

    @Test("takes nothing that is too short or too long to be a token", arguments: [0, 1, 31, 4_097, 60_000])
    func oddLengths(count: Int) throws {
        let tokens = try TestTokens()
        let cache = try TokenCache(capacity: 16)
        let proven = try tokens.verify(tokens.token())
        let odd = proven.renamed([UInt8](repeating: 0x76, count: count))
        #expect(odd.store(in: cache) == .refused)
        #expect(odd.subject(in: cache) == nil)
    }

    @Test("can't be had with a capacity out of range", arguments: [-1, 0, 15, 1 << 22 + 1])
    func capacities(capacity: Int) {
        #expect(throws: TokenCacheError.capacityOutOfRange) { try TokenCache(capacity: capacity) }
    }

    @Test("has 65,536 entries in 64 MiB")
    func size() throws {
        let cache = try TokenCache(capacity: 65_536)
        #expect(cache.capacity == 65_536)
        #expect(cache.byteCount == 64 << 20)
    }
}
