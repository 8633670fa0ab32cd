public import Bytes
internal import JSON

/// Those of the keys that others may have, to check our tokens with.
extension Keyring {
    /// Appends the public keys for JWT as a JSON web key set (RFC 7517 section 5). HMAC secrets are left out.
    public func appendPublicJWKSet(to buffer: inout ByteBuffer) {
        appendKeys(to: &buffer) { (key, text) throws(KeyError) in try key.appendJWK(to: &text) }
    }

    /// Appends the public keys for PASETO: `{"keys":[{"kid":…,"paserk":"k4.public.…"}]}`. Local keys are left out.
    ///
    /// There is no standard for such a document: it is to PASETO what a JSON web key set is to JWT.
    public func appendPublicPASERKs(to buffer: inout ByteBuffer) {
        appendKeys(to: &buffer) { (key, text) throws(KeyError) in
            var paserk = ByteBuffer(capacity: 128)
            try PASERK.appendPublic(key, to: &paserk)
            var writer = JSONObjectWriter(into: &text)
            writer.append(name: "kid", into: &text)
            text.append(jsonString: key.id)
            writer.append("paserk", string: paserk.bytes, into: &text)
            writer.finish(into: &text)
        }
    }

    /// Appends an object whose `keys` are those that `write` can show.
    private func appendKeys(
        to buffer: inout ByteBuffer, _ write: (VerificationKey, inout ByteBuffer) throws(KeyError) -> Void
    ) {
        var set = JSONObjectWriter(into: &buffer)
        set.append(name: "keys", into: &buffer)
        var keys = JSONArrayWriter(into: &buffer)
        for key in verificationKeys {
            var text = ByteBuffer(capacity: 1_024)
            do throws(KeyError) { try write(key, &text) } catch { continue }
            keys.beginElement(into: &buffer)
            buffer.append(text.bytes)
        }
        keys.finish(into: &buffer)
        set.finish(into: &buffer)
    }
}
