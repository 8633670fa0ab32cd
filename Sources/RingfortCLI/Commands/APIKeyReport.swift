import Bytes
import Identity
import JSON

/// What may be told of an API key: never its secret, nor the hash of it.
struct APIKeyReport {
    let key: APIKey
    let nowUnixSeconds: Int64

    static let titles = ["ID", "STATE", "EXPIRES", "CREATED", "LIMIT", "SCOPES", "LABEL"]

    /// The row of a table.
    var row: [String] {
        [
            key.id, state, expires ?? "never", Moment(unixSeconds: key.createdUnixSeconds).date ?? "unknown",
            limit ?? "-", key.scopes.isEmpty ? "-" : key.scopes, key.label,
        ]
    }

    private var state: String {
        if key.revokedUnixSeconds != nil { return "revoked" }
        guard let expires = key.expiresUnixSeconds, expires <= nowUnixSeconds else { return "active" }
        return "expired"
    }

    private var expires: String? { key.expiresUnixSeconds.flatMap { Moment(unixSeconds: $0).date } }

    private var limit: String? {
        key.limit.flatMap {
            RequestLimit(requests: $0.requests, everySeconds: $0.everySeconds, burst: $0.burst)?.text
        }
    }

    /// Appends what a script wants to know.
    func append(_ writer: inout JSONObjectWriter, into buffer: inout ByteBuffer) {
        writer.append("id", text: key.id, into: &buffer)
        writer.append("label", text: key.label, into: &buffer)
        writer.append("scope", text: key.scopes, into: &buffer)
        writer.append("limit", text: limit, into: &buffer)
        writer.append("state", text: state, into: &buffer)
        writer.append("created", text: Moment(unixSeconds: key.createdUnixSeconds).date, into: &buffer)
        writer.append("expires", text: expires, into: &buffer)
        writer.append("revoked", text: key.revokedUnixSeconds.flatMap { Moment(unixSeconds: $0).date }, into: &buffer)
    }
}
