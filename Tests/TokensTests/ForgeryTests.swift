import Bytes
import Testing

@testable import Tokens

@Suite("A forgery of a key's tokens")
struct ForgeryTests {
    @Test("names the key, whatever its name is")
    func names() throws {
        let key = SigningKey.hs256(try TestKeys.secret(), id: try KeyID("quote \" and backslash \\"))
        var verifier = try TestVerifier(Keyring(signing: [key, TestKeys.signing(.hs256, 2)]))
        #expect(verifier.refusal(String(verifier.keyring.forgery(keyIndex: 0).bytes)) == .signatureMismatch)
    }

    @Test("is refused for its signature, and so after the key's whole work", arguments: Algorithm.allCases)
    func refused(algorithm: Algorithm) throws {
        let keyring = try Keyring(signing: [
            TestKeys.signing(.hs256, 2), TestKeys.signing(algorithm), TestKeys.signing(algorithm, 2),
        ])
        let forgery = String(keyring.forgery(keyIndex: 1).bytes)
        var verifier = try TestVerifier(keyring)
        #expect(verifier.refusal(forgery) == .signatureMismatch)
    }
}
