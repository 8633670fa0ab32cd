import Bytes
import HTTPWire
import Identity
import JSON
import RateLimiting
import Reactor
import SQLite

/// What a handler of OAuth needs of its request, once it waits.
struct OAuthCall: Sendable {
    let application: Application
    let service: IdentityService
    let time: PassTime
    let credentials: ClientCredentials?
    private let peer: PeerAddress
    private let parameters: [String: String]

    init(_ request: borrowing OwnedRequest) throws(Problem) {
        application = request.application
        (service, _) = try application.identity
        time = request.time
        peer = request.view.peer
        parameters = request.view.formParameters
        credentials = try request.view.clientCredentials(parameters)
    }

    /// The value of a parameter; nil where there is none, or it is empty (RFC 6749 section 3.2).
    subscript(_ name: String) -> String? { parameters[name] }

    /// The value of a parameter that there must be.
    func required(_ name: String) throws(Problem) -> String {
        guard let value = parameters[name] else {
            throw .oauth(.invalidRequest, reason: "parameter_missing", detail: LogDetail(name))
        }
        return value
    }

    /// The scopes that are asked for; nil where none is.
    var wantedScopes: [String]? {
        self["scope"]?.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }

    /// The client that has proven who it is. A failure is charged to its address, as a token's is that does not hold.
    func authenticatedClient() async throws(Problem) -> Client {
        guard let credentials else { throw .oauth(.invalidClient, reason: "no_client_credentials") }
        try refuseRepeatedFailure()
        let client = try await service.onDisk { store throws(SQLiteError) in
            try store.client(credentials.id, secret: credentials.secret)
        }
        guard let client else {
            chargeFailure()
            throw .oauth(.invalidClient, reason: "client_not_authenticated")
        }
        return client
    }

    private func refuseRepeatedFailure() throws(Problem) {
        guard let rate = application.configuration.failedAuthenticationRate else { return }
        let decision = application.buckets.peek(key: failureKey, rate: rate, now: time.monotonicNanoseconds)
        guard decision.remaining == 0 else { return }
        throw .limited(LimitViolation("failed-authentication", rate, decision))
    }

    private func chargeFailure() {
        guard let rate = application.configuration.failedAuthenticationRate else { return }
        _ = application.buckets.take(key: failureKey, rate: rate, now: time.monotonicNanoseconds)
    }

    private var failureKey: KeyHash {
        application.addressKey(peer, policy: Application.Policy.failedAuthentication)
    }
}

extension Request {
    /// The parameters of a form that are not empty, by name.
    fileprivate var formParameters: [String: String] {
        var parameters: [String: String] = [:]
        guard var members = json?.members else { return parameters }
        while let member = members.next() {
            guard let value = member.value.asString, !value.equals("") else { continue }
            parameters[Self.copy(member.name)] = Self.copy(value)
        }
        return parameters
    }

    private static func copy(_ text: JSONString) -> String {
        var buffer = ByteBuffer(capacity: 64)
        text.append(to: &buffer)
        return String(buffer.bytes)
    }
}
