import Bytes
import JSON
import JSONSchema
import Reactor

/// Who says that he is whom, from where.
struct LoginAttempt: Sendable {
    /// The user's name, whether there is such a user or not.
    let name: String
    let password: [UInt8]
    /// The scopes that he wants; nil for all that he can have.
    let scopes: [String]?
    /// The client's network, as limits see it.
    let address: String

    static let schema = SchemaDefinition.object(
        [
            "username": .string(pattern: "^[A-Za-z0-9._@-]{1,64}$"),
            "password": .string(minLength: 1, maxLength: 128),
            "scope": .string(maxLength: 1_024, pattern: #"^[!#-\[\]-~]+( [!#-\[\]-~]+)*$"#),
        ],
        required: ["username", "password"])

    /// What the body says, which keeps to the schema.
    init(_ request: borrowing Request) throws(Problem) {
        guard let document = request.json, let name = document.member("username")?.asString,
            let password = document.member("password")?.asString
        else { throw .internalFault(reason: "schema_and_handler_differ") }
        var text = ByteBuffer(capacity: 256)
        name.append(to: &text)
        self.name = String(text.bytes)
        text.removeAll()
        password.append(to: &text)
        self.password = Array(String(text.bytes).utf8)
        if let scope = document.member("scope")?.asString {
            text.removeAll()
            scope.append(to: &text)
            scopes = String(text.bytes).split(separator: " ").map(String.init)
        } else {
            scopes = nil
        }
        address = request.peer.network
    }
}

extension PeerAddress {
    /// The address of an IPv4 client, the /64 of an IPv6 client, as a text.
    var network: String {
        switch family {
        case .ipv4: "4:" + String(low, radix: 16)
        case .ipv6: "6:" + String(high, radix: 16)
        }
    }
}
