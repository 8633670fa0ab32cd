internal import Glibc
internal import Identity
internal import Reactor
public import Ringfort
internal import SimulatedNetwork
public import Tokens

/// A server for tests: the real pipeline on a shard, without a network, a port or a thread of its own, and with a clock that
/// only the test moves.
///
/// ```swift
/// @Test("readers may not delete")
/// func readers() async throws {
///     let server = try InMemoryServer(api)
///     let token = try await server.token(scopes: .readPosts)
///     let response = try await server.delete("/api/posts/1", token: token)
///     #expect(response.status == 403)
/// }
/// ```
/// Parsing, limits, tokens, scopes, schemas, workers and tasks are what they are in production. Two things are not, unless
/// `configure` says otherwise: the keys are those of a `TokenMint`, and there is no limit but those of routes, since time
/// stands still and a bucket would never fill up again.
public actor InMemoryServer {
    /// What makes its tokens.
    public nonisolated let mint: TokenMint
    private let configuration: ServerConfiguration
    private let network: SimulatedNetwork
    private let mailbox: ShardMailbox
    private let application: ShardApplication
    private var shard: Shard<SimulatedSource>
    private let log: LogFile
    private var revocations: [Revocation] = []
    private var apiKeys: [APIKey] = []

    /// Compiles the API and makes keys for its tokens. Its clock starts at the system's time.
    ///
    /// - Parameters:
    ///   - mint: keys that exist already, for instance of other algorithms.
    ///   - configure: changes the configuration: an issuer, an audience, limits. Addresses and TLS mean nothing here.
    /// - Throws: what `configure` throws; `ServerError`, as `Server.init` does; `KeyError`.
    public init(
        _ api: Router, mint: TokenMint? = nil, configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws {
        self.mint = try mint ?? TokenMint()
        var configuration = try ServerConfiguration(listen: "127.0.0.1:0", keyring: self.mint.keyring)
        configuration.addressRate = nil
        configuration.principalRate = nil
        configuration.failedAuthenticationRate = nil
        configuration.verificationTime = nil
        configuration.connections = 64
        configuration.limiterCapacity = 1_024
        configuration.tokenCacheCapacity = 1_024
        log = try LogFile()
        configuration.logDescriptor = log.descriptor
        try configure(&configuration)
        configuration.shards = 1
        self.configuration = configuration
        mailbox = try ShardMailbox()
        application = try ShardApplication(api, configuration, mailbox: mailbox)
        log.application = application
        network = SimulatedNetwork(seed: 0, faults: .init(), bufferCount: 16, bufferByteCount: 4_096)
        network.holdsClock = true
        network.setWallClock(nanoseconds: UInt64(time(nil)) * 1_000_000_000)
        var limits = ShardLimits()
        limits.connections = configuration.connections
        shard = Shard(
            source: SimulatedSource(network), service: application.service, mailbox: mailbox, limits: limits)
        shard.start()
    }

    // MARK: The clock

    /// The server's time, in seconds since 1970 (UTC).
    public var unixSeconds: Int64 { Int64(network.wallClockNanoseconds / 1_000_000_000) }

    /// Lets time pass: tokens expire, buckets fill up, deadlines are met.
    public func advanceClock(by duration: Duration) throws {
        let (seconds, attoseconds) = duration.components
        precondition(seconds >= 0 && attoseconds >= 0, "time goes forward only")
        network.advance(nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
        for _ in 0..<Self.passesWithoutProgress { try shard.runPass() }
    }

    // MARK: Tokens

    /// A token that the server takes, unless it is asked for otherwise: it names the `issuer` and the `audience` of the
    /// configuration. Where `issuers` has several, the test says which one it is of.
    ///
    /// - Parameters:
    ///   - issuer: another issuer; `.some(nil)` for none.
    ///   - audience: another audience; `.some(nil)` for none.
    ///   - lifetimeSeconds: how long it lives from when it was made.
    ///   - ageSeconds: how long ago it was made: more than `lifetimeSeconds` makes an expired one.
    ///   - otherClaims: members of its own, as a JSON object.
    /// - Throws: `MintError`.
    public func token(
        subject: String = "alice", scopes: ScopeSet = ScopeSet(), issuer: String?? = nil, audience: String?? = nil,
        lifetimeSeconds: Int64 = 900, ageSeconds: Int64 = 0, otherClaims: String = "{}", _ algorithm: Algorithm = .edDSA
    ) throws(MintError) -> String {
        let content = TokenContent(
            subject: subject, scope: scopes.names.joined(separator: " "), issuer: issuer ?? configuration.issuer,
            audience: audience ?? configuration.audience, lifetimeSeconds: lifetimeSeconds, otherClaims: otherClaims)
        return try mint.token(content, algorithm, atUnixSeconds: unixSeconds - ageSeconds)
    }

    /// An API key that the server takes from the next request on, for the header `X-API-Key`.
    ///
    /// - Parameters:
    ///   - lifetimeSeconds: how long it lives; nil for ever.
    ///   - limit: how much it may ask for: `.perPrincipal`, or, as all other limits, what the routes say.
    /// - Throws: `ServerError.setting` when the limit can't be had.
    public func apiKey(
        scopes: ScopeSet = ScopeSet(), lifetimeSeconds: Int64? = nil, limit: RateLimit = .configured
    ) throws(ServerError) -> String {
        var own: APIKeyLimit?
        if case .perPrincipal(let rate, let burst, let seconds) = limit {
            own = APIKeyLimit(requests: rate, everySeconds: seconds, burst: burst)
        }
        let (key, text) = APIKey.make(
            label: "test", scopes: scopes.names.joined(separator: " "), limit: own,
            expiresUnixSeconds: lifetimeSeconds.map { unixSeconds + $0 }, nowUnixSeconds: unixSeconds)
        try application.take(apiKeys + [key])
        apiKeys.append(key)
        return text
    }

    /// Revokes tokens, as `ringfort revoke` does: from the next request on.
    public func revoke(_ revocation: Revocation) {
        revocations.append(revocation)
        application.revoke(revocations, nowUnixSeconds: unixSeconds)
    }

    // MARK: Bytes

    /// Sends bytes as a client that then sends nothing more, and gives all answers.
    ///
    /// - Throws: `TestFailure`.
    public func exchange(_ text: String, isHead: Bool = false) async throws -> [TestResponse] {
        let client = network.connect()
        defer { network.forget(client) }
        network.send(Array(text.utf8), from: client)
        network.finishSending(from: client)
        try await run(until: client)
        return try TestResponse.all(in: String(decoding: network.received(by: client), as: UTF8.self), toHead: isHead)
    }

    /// All lines that the server has logged, JSON objects. It logs nothing after that.
    public func finishLog() -> [String] {
        application.endLog()
        return log.lines()
    }

    /// Runs the shard until it has closed the client's connection.
    ///
    /// Where a worker or a task has the request, somebody else has to have the processor: this thread is one of the few that
    /// run tasks, so that it must not wait.
    private func run(until client: Int32) async throws {
        var idlePasses = 0
        var naps = 0
        while !network.serverHasClosed(client) {
            try shard.runPass()
            if application.isWorkUnderway {
                guard naps < Self.mostNaps else { throw failure(client) }
                guard !wasRung() else {
                    network.wake()
                    continue
                }
                naps += 1
                try await Task.sleep(for: .microseconds(200))
            } else {
                idlePasses += 1
                guard idlePasses < Self.passesWithoutProgress else { throw failure(client) }
            }
        }
    }

    private func failure(_ client: Int32) -> TestFailure {
        .noAnswer(received: String(decoding: network.received(by: client), as: UTF8.self))
    }

    /// Whether somebody has rung the shard's mailbox since the last time.
    private func wasRung() -> Bool {
        var descriptor = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
        var count: UInt64 = 0
        // SAFETY: both calls write to locals of the sizes that they are given.
        return unsafe poll(&descriptor, 1, 0) == 1 && read(mailbox.descriptor, &count, 8) == 8
    }

    /// More than any request needs that nobody else has, large bodies included.
    private static let passesWithoutProgress = 10_000
    /// Half a minute.
    private static let mostNaps = 150_000
}
