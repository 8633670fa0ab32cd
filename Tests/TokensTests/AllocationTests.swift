import Bytes
import TestSupport
import Testing

@testable import Tokens

@Suite("Allocations", .enabled(if: allocationsAreGated))
struct AllocationTests {
    @Test("verifying a token takes none of our own, once its memory is warm", arguments: Algorithm.allCases)
    func verification(algorithm: Algorithm) throws {
        var token = ByteBuffer(capacity: 512)
        let content = TokenContent(
            subject: "jö \"quoted\"", scope: "read:profile delete:posts", issuer: "https://issuer.example",
            audience: "api")
        try TokenIssuer(TestKeys.signing(algorithm)).issue(content, nowUnixSeconds: 1_700_000_000, into: &token)
        let inOpenSSL = try expectNone(token.bytes.array, isTaken: true, keys: Algorithm.allCases)
        print("Blocks of memory that OpenSSL takes inside one check of \(algorithm): \(inOpenSSL)")
        // Without the name of its key, and with the most that a payload may hold.
        let many = (0..<200).map { #","x\#($0)":1.5"# }.joined()
        try expectNone(
            Array(
                TestToken.hs256(
                    header: #"{"alg":"HS256"}"#, payload: #"{"sub":"jo","exp":1700000100.123456789012345\#(many)}"#,
                    TestKeys.secret()
                ).utf8),
            isTaken: true, keys: [.hs256])
    }

    @Test(
        "refusing a token takes none either",
        arguments: ["", "a.b.c", "....", "v4.public.AAAA", "eyJhbGciOiJub25lIn0.e30."])
    func refusal(token: String) throws { try expectNone(Array(token.utf8), isTaken: false, keys: Algorithm.allCases) }

    @Test("a flipped bit takes none of our own either", arguments: Algorithm.allCases)
    func flippedBit(algorithm: Algorithm) throws {
        var buffer = ByteBuffer(capacity: 512)
        try TokenIssuer(TestKeys.signing(algorithm)).issue(
            TokenContent(subject: "jo"), nowUnixSeconds: 1_700_000_000, into: &buffer)
        var token = buffer.bytes.array
        token[token.count / 2] ^= 1
        try expectNone(token, isTaken: false, keys: Algorithm.allCases)
    }

    /// Returns how many blocks OpenSSL takes inside.
    @discardableResult
    private func expectNone(_ token: [UInt8], isTaken: Bool, keys: [Algorithm]) throws -> Int {
        let keyring = try Keyring(signing: keys.map { try TestKeys.signing($0) })
        let policy = try ClaimsPolicy()
        let scopes = ScopeTable(["read:profile", "delete:posts"])
        var verifier = TokenVerifier()
        _ = outcome(token, &verifier, keyring, policy, scopes)
        let (count, wasTaken) = allocations { outcome(token, &verifier, keyring, policy, scopes) }
        #expect(wasTaken == isTaken)
        let inOpenSSL =
            try OpenSSLAllocations.count(checking: token, with: keyring)
            + P384Allocations.count(checking: token, with: TestKeys.p384().publicKey)
        #expect(count - inOpenSSL == (isTaken ? 0 : Self.allocationsOfAnError()))
        return inOpenSSL
    }

    /// What Swift Testing takes when anything is thrown: it keeps a backtrace.
    private static func allocationsOfAnError() -> Int { allocations { refuse() }.count }

    @inline(never)
    private static func refuse() {
        do throws(TokenError) { try fail() } catch {}
    }

    @inline(never)
    private static func fail() throws(TokenError) { throw .expired }

    private func outcome(
        _ token: [UInt8], _ verifier: inout TokenVerifier, _ keyring: Keyring, _ policy: borrowing ClaimsPolicy,
        _ scopes: ScopeTable
    ) -> Bool {
        do throws(TokenError) {
            let claims = try verifier.verify(
                token.span.raw, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: 1_700_000_000)
            return claims.subject.byteCount > 0
        } catch {
            return false
        }
    }
}
