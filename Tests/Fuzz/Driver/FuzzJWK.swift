import Bytes

@testable import Tokens

/// A set from elsewhere holds no secret that is used; a key of it that is written back is the same key.
func fuzzJWK(_ bytes: RawSpan) {
    guard let remote = keySet(bytes, .remote) else {
        return require(keySet(bytes, .file) == nil || mixes(bytes), "a file of ours is a set like any other")
    }
    require(remote.signingKeys.isEmpty, "no secret from elsewhere is used")
    require(remote.verificationKeys.count <= JWKSet.mostKeys, "there are at most so many keys")
    for skipped in remote.skippedKeys {
        require((0..<JWKSet.mostKeys).contains(skipped.index), "a key that is passed over stands in the set")
    }
    for key in remote.verificationKeys {
        require(key.algorithm.isPublic, "no secret from elsewhere is used")
        requireSameWrittenBack(key)
    }
}

/// Whether a set is refused for what it holds of both kinds, secrets of ours among them.
private func mixes(_ bytes: RawSpan) -> Bool {
    do throws(KeyError) {
        _ = try JWKSet(bytes, origin: .remote)
        return false
    } catch {
        return error == .mixedJWKSet || error.isDuplicate
    }
}

extension KeyError {
    fileprivate var isDuplicate: Bool { if case .duplicateKeyID = self { true } else { false } }
}

private func keySet(_ bytes: RawSpan, _ origin: JWKSet.Origin) -> JWKSet? {
    do throws(KeyError) { return try JWKSet(bytes, origin: origin) } catch { return nil }
}

private func requireSameWrittenBack(_ key: VerificationKey) {
    var text = ByteBuffer(capacity: 1024)
    text.append("{\"keys\":[")
    do throws(KeyError) {
        try key.appendJWK(to: &text)
        text.append("]}")
        let set = try JWKSet(text.bytes, origin: .remote)
        // Whether OpenSSL finds a small factor of a modulus, from 761 on, is a matter of the numbers that it draws.
        if set.skippedKeys.first?.reason == .invalidPublicKey { return }
        let back = set.verificationKeys
        require(back.count == 1 && back[0].isSame(as: key), "a key that is written back is the same")
        require(try back[0].thumbprint() == key.thumbprint(), "the same key has the same thumbprint")
    } catch {
        fail("a key that was read can be written")
    }
}
