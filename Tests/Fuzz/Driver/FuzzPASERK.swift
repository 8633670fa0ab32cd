import Bytes

@testable import Tokens

/// Text that is taken for a key is the one text of that key; a key under another key, or under a password, opens for
/// nobody who lacks it.
func fuzzPASERK(_ bytes: RawSpan) {
    do throws(KeyError) {
        let key = try PASERK.signingKey(bytes, id: FuzzKeys.id)
        var text = ByteBuffer(capacity: 256)
        try PASERK.append(key, to: &text)
        require(text.bytes.equals(bytes), "a key has one text")
        require(key.algorithm.format == .paseto, "a PASERK holds no key for JWT")
    } catch {
        require(!error.description.isEmpty, "a text is refused for a reason")
    }
    do throws(KeyError) {
        let key = try PASERK.verificationKey(bytes, id: FuzzKeys.id)
        var text = ByteBuffer(capacity: 256)
        try PASERK.append(key, to: &text)
        // Of a secret key, the text is that of its public part.
        let back = try PASERK.verificationKey(text.bytes, id: FuzzKeys.id)
        require(back.isSame(as: key), "a key is read from its text")
        require(try PASERK.id(of: back) == PASERK.id(of: key), "a key has one id")
    } catch {
        require(!error.description.isEmpty, "a text is refused for a reason")
    }
    requireShut(bytes)
}

private func requireShut(_ text: RawSpan) {
    for key in [FuzzKeys.v2Local, FuzzKeys.v3Local, FuzzKeys.v4Local] {
        do throws(KeyError) {
            _ = try PASERK.signingKey(text, wrappedWith: key, id: FuzzKeys.id)
            fail("no key opens that ours did not wrap")
        } catch {
            continue
        }
    }
    let password: StaticString = "not the password of any vector"
    do throws(KeyError) {
        let cheap = PasswordCost(memoryBytes: 16_384, passes: 1, iterations: 10)
        _ = try PASERK.signingKey(text, password: password.bytes, atMost: cheap, id: FuzzKeys.id)
        fail("no key opens under another password")
    } catch {
        return
    }
}
