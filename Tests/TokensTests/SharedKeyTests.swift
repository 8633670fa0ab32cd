import Bytes
import TestSupport
import Testing

@testable import Tokens

@Suite("A key that threads share")
struct SharedKeyTests {
    @Test("signs and verifies for all of them at once", arguments: Algorithm.allCases)
    func threads(algorithm: Algorithm) throws {
        let key = try TestKeys.signing(algorithm)
        let work = try SharedWork(key)
        let results = onThreads(4) { thread in work.rounds(thread) }
        #expect(results.allSatisfy { $0 == SharedWork.roundCount })
    }
}

/// One signer and one keyring, in the hands of several threads.
private final class SharedWork: Sendable {
    static let roundCount = 12

    private let issuer: TokenIssuer
    private let keyring: Keyring

    init(_ key: SigningKey) throws(KeyError) {
        issuer = try TokenIssuer(key)
        keyring = try Keyring(signing: [key])
    }

    /// How many rounds went as they must: a token is made and taken, and is refused when it is altered.
    func rounds(_ thread: Int) -> Int {
        var good = 0
        var verifier = TokenVerifier()
        for round in 0..<Self.roundCount {
            var token = ByteBuffer(capacity: 1_024)
            let content = TokenContent(subject: "thread \(thread), round \(round)")
            do throws(IssueError) {
                try issuer.issue(content, nowUnixSeconds: 1_700_000_000, into: &token)
            } catch {
                continue
            }
            var altered = token.bytes.array
            // The third character before the end has no leftover bits.
            altered[altered.count - 3] = altered[altered.count - 3] == 0x41 ? 0x42 : 0x41
            if isTaken(token.bytes.array, &verifier), !isTaken(altered, &verifier) { good += 1 }
        }
        return good
    }

    private func isTaken(_ token: [UInt8], _ verifier: inout TokenVerifier) -> Bool {
        do throws(TokenError) {
            let policy = try policy()
            let claims = try verifier.verify(
                token.span.raw, keyring: keyring, policy: policy, scopes: ScopeTable([]), nowUnixSeconds: 1_700_000_000)
            return claims.subject.byteCount > 0
        } catch {
            return false
        }
    }

    private func policy() throws(TokenError) -> ClaimsPolicy {
        do throws(PolicyError) { return try ClaimsPolicy() } catch { throw .malformedClaims }
    }
}
