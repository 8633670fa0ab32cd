import Bytes
import TestSupport
import Testing

@testable import Tokens

/// Keys of all versions and purposes are made of the same bytes here, so that nothing but their kind keeps them apart.
@Suite("PASETO's versions and purposes")
struct PASETOConfusionTests {
    private static let algorithms = Algorithm.allCases.filter { $0.format == .paseto }
    private static let claims = #"{"sub":"jo","exp":"2023-11-14T22:15:00Z"}"#

    private static func token(
        _ algorithm: Algorithm, footer: String = "", implicitAssertion: String = "", payload: String = claims
    ) throws -> String {
        try TestToken.paseto(
            TestKeys.signing(algorithm), payload: payload, footer: footer, implicitAssertion: implicitAssertion)
    }

    private static func keyring(_ algorithms: [Algorithm]) throws -> Keyring {
        try Keyring(signing: algorithms.map { try TestKeys.signing($0) })
    }

    @Test("a token is none of another version or purpose", arguments: algorithms, algorithms)
    func confusion(made: Algorithm, taken: Algorithm) throws {
        let token = try Self.token(made)
        let body = token.dropFirst(made.pasetoHeader.utf8CodeUnitCount)
        var only = try TestVerifier(Self.keyring([taken]))
        var all = try TestVerifier(Self.keyring(Self.algorithms))
        guard made != taken else {
            #expect(only.refusal(token) == nil && all.refusal(token) == nil)
            return
        }
        #expect(only.refusal(token) == .unknownKey)
        #expect(only.refusal("\(taken.pasetoHeader)\(body)") == .signatureMismatch)
        #expect(all.refusal("\(taken.pasetoHeader)\(body)") == .signatureMismatch)
        // The key that the footer asks for is of another kind: refused before any cryptography.
        let named = try Self.token(made, footer: #"{"kid":"\#(taken)-1"}"#)
        #expect(only.refusal(named) == .algorithmMismatch && all.refusal(named) == .algorithmMismatch)
    }

    @Test("a footer is covered, and so is an assertion where there is one", arguments: algorithms)
    func coverage(algorithm: Algorithm) throws {
        let keyring = try Self.keyring([algorithm])
        let assertion = algorithm.coversImplicitAssertions ? "tenant 7" : ""
        let token = try Self.token(algorithm, footer: "opaque", implicitAssertion: assertion)
        let start = token.dropLast(Array("opaque".utf8).base64URL.count)
        var verifier = try TestVerifier(keyring, policy: ClaimsPolicy(implicitAssertion: assertion))
        #expect(verifier.refusal(token) == nil)
        for footer in ["opaqu", "opaque ", "Opaque", #"{"x":1}"#] {
            #expect(verifier.refusal(start + Array(footer.utf8).base64URL) == .signatureMismatch)
        }
        #expect(verifier.refusal(String(start.dropLast())) == .signatureMismatch)
        #expect(verifier.refusal(String(start)) == .wrongSegmentCount)
        // A footer moved into the assertion is another encoding.
        let moved = try Self.token(algorithm, footer: "", implicitAssertion: "")
        #expect(verifier.refusal(moved) == (assertion.isEmpty ? nil : .signatureMismatch))
        for other in ["tenant 8", "tenant 7 ", "x"] {
            var stranger = try TestVerifier(keyring, policy: ClaimsPolicy(implicitAssertion: other))
            #expect(
                stranger.refusal(token)
                    == (algorithm.coversImplicitAssertions ? .signatureMismatch : .assertionNotCovered))
        }
    }

    @Test("version 2 makes no token for an assertion that it can't cover", arguments: [Algorithm.v2Local, .v2Public])
    func uncoveredAssertion(algorithm: Algorithm) throws {
        let issuer = try TokenIssuer(TestKeys.signing(algorithm))
        var buffer = ByteBuffer(capacity: 512)
        buffer.append("before")
        do throws(IssueError) {
            try issuer.issue(
                TokenContent(subject: "jo"), implicitAssertion: "x", nowUnixSeconds: 1_700_000_000, into: &buffer)
            Issue.record("a token was made")
        } catch {
            #expect(error == .assertionNotCovered)
        }
        #expect(buffer.bytes.equals("before") == true)
    }

    @Test("a body that is too short for what proves it is refused", arguments: algorithms)
    func shortBodies(algorithm: Algorithm) throws {
        var verifier = try TestVerifier(Self.keyring([algorithm]))
        for count in 0..<100 {
            let body = [UInt8](repeating: 0, count: count).base64URL
            #expect(verifier.refusal("\(algorithm.pasetoHeader)\(body)") == .signatureMismatch, "\(count)")
        }
        #expect(verifier.refusal("\(algorithm.pasetoHeader)A") == .invalidBase64URL)
    }

    @Test("an empty message is a message, but no claims", arguments: algorithms)
    func emptyMessage(algorithm: Algorithm) throws {
        let token = try Self.token(algorithm, payload: "")
        var verifier = try TestVerifier(Self.keyring([algorithm]))
        #expect(verifier.authenticationRefusal(token) == nil)
        #expect(verifier.payload.isEmpty)
        #expect(verifier.refusal(token) == .malformedClaims)
    }

    @Test("duplicate claims are refused in whatever was decrypted", arguments: algorithms)
    func duplicateClaims(algorithm: Algorithm) throws {
        let token = try Self.token(
            algorithm, payload: #"{"sub":"jo","exp":"2023-11-14T22:15:00Z","sub":"root"}"#)
        var verifier = try TestVerifier(Self.keyring([algorithm]))
        #expect(verifier.refusal(token) == .malformedClaims)
    }

    @Test("a key goes by its PASERK id, too", arguments: algorithms)
    func paserkIDs(algorithm: Algorithm) throws {
        let key = try TestKeys.signing(algorithm)
        let (id, secretID) = (try PASERK.id(of: key.verificationKey), try PASERK.id(of: key))
        let other = try TestKeys.signing(algorithm, 2)
        var verifier = try TestVerifier(Keyring(signing: [key, other]))
        #expect(try verifier.verify(Self.token(algorithm, footer: #"{"kid":"\#(id)"}"#)).keyID == key.id)
        #expect(try verifier.verify(Self.token(algorithm, footer: #"{"kid":"\#(secretID)"}"#)).keyID == key.id)
        let otherID = try PASERK.id(of: other.verificationKey)
        #expect(verifier.refusal(try Self.token(algorithm, footer: #"{"kid":"\#(otherID)"}"#)) == .signatureMismatch)
        #expect(verifier.refusal(try Self.token(algorithm, footer: #"{"kid":"\#(id)x"}"#)) == .unknownKey)
    }

    @Test("two tokens of one content differ, for their nonces do", arguments: [Algorithm.v2Local, .v3Local, .v4Local])
    func nonces(algorithm: Algorithm) throws {
        let issuer = try TokenIssuer(TestKeys.signing(algorithm))
        let message = Array(Self.claims.utf8)
        var bodies: Set<[UInt8]> = []
        for _ in 0..<50 {
            let none = ByteBuffer(capacity: 0)
            var body = ByteBuffer(capacity: 256)
            switch issuer.signer {
            case .paseto(let signer):
                let isMade = signer.append(message.span.raw, footer: none, assertion: none, to: &body)
                #expect(isMade)
            default: Issue.record("this is no key for PASETO")
            }
            bodies.insert(Array(body.bytes.array.prefix(24)))
        }
        #expect(bodies.count == 50)
    }
}
