import Bytes
import HTTPWire
import JSON
import Tokens

/// With what a client of OAuth says who it is (RFC 6749 section 2.3.1).
struct ClientCredentials: Sendable {
    let id: String
    let secret: String
}

extension Request {
    /// The client's credentials: of the scheme `Basic`, or in the body; nil where there are none.
    ///
    /// - Throws: `invalid_request` where there are several, `invalid_client` where they can't be read.
    func clientCredentials(_ parameters: [String: String]) throws(Problem) -> ClientCredentials? {
        let (id, secret) = (parameters["client_id"], parameters["client_secret"])
        guard head[0].count(of: .authorization) <= 1 else {
            throw .oauth(.invalidRequest, reason: "ambiguous_credentials")
        }
        guard let header = header(.authorization) else {
            guard let secret else { return nil }
            guard let id else { throw .oauth(.invalidRequest, reason: "no_client_id") }
            return ClientCredentials(id: id, secret: secret)
        }
        guard let credentials = header.basicCredentials else {
            throw .oauth(.invalidClient, reason: "malformed_credentials")
        }
        // A client may repeat its name in the body, as long as it is its name.
        guard secret == nil, id == nil || id == credentials.id else {
            throw .oauth(.invalidRequest, reason: "ambiguous_credentials")
        }
        return credentials
    }
}

extension RawSpan {
    /// The credentials of `Basic` (RFC 7617), whose two parts are encoded as in a form (RFC 6749 section 2.3.1).
    var basicCredentials: ClientCredentials? {
        guard byteCount > 6, extracting(first: 5).equalsIgnoringASCIICase("basic"), self[5] == 0x20 else { return nil }
        var start = 6
        while start < byteCount, self[start] == 0x20 { start += 1 }
        var text = ByteBuffer(capacity: 128)
        guard extracting(droppingFirst: start).decodeBase64(into: &text),
            let colon = text.bytes.firstOffset(of: 0x3A), colon > 0
        else { return nil }
        var id = ByteBuffer(capacity: 64)
        var secret = ByteBuffer(capacity: 64)
        guard text.bytes.extracting(first: colon).decodeForm(into: &id),
            text.bytes.extracting(droppingFirst: colon + 1).decodeForm(into: &secret), id.bytes.isUTF8,
            secret.bytes.isUTF8
        else { return nil }
        return ClientCredentials(id: String(id.bytes), secret: String(secret.bytes))
    }

    /// Decodes base64 with its padding (RFC 4648 section 4), strictly: through the other alphabet, whose decoder is strict.
    private func decodeBase64(into bytes: inout ByteBuffer) -> Bool {
        guard byteCount % 4 == 0 else { return false }
        var count = byteCount
        while count > byteCount - 2, count > 0, self[count - 1] == 0x3D { count -= 1 }
        var text = ByteBuffer(capacity: count)
        for offset in 0..<count {
            switch self[offset] {
            case 0x2B: text.append(0x2D)
            case 0x2F: text.append(0x5F)
            case 0x2D, 0x5F: return false
            case let byte: text.append(byte)
            }
        }
        return Base64URL.decode(text.bytes, into: &bytes)
    }
}
