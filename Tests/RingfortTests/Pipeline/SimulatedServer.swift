import Bytes
import Reactor
import SimulatedNetwork
import Testing

@testable import Ringfort

/// A shard with the pipeline, on a simulated network; it serves the routes of `TestServer.api`, and no limit disturbs.
struct SimulatedServer: ~Copyable {
    let network: SimulatedNetwork
    private let mailbox: ShardMailbox
    var shard: Shard<SimulatedSource>

    init(
        _ network: SimulatedNetwork, connections: Int, configure: (inout ServerConfiguration) throws -> Void = { _ in }
    ) throws {
        let mailbox = try ShardMailbox()
        var limits = ShardLimits()
        limits.connections = connections
        let log = try LogWriter(shards: 1, ringBytes: 1 << 16)
        var configuration = try ServerConfiguration(
            address: try #require(ListenAddress("127.0.0.1:0")), keyring: Keyring())
        configuration.addressRate = nil
        configuration.limiterCapacity = 64
        try configure(&configuration)
        let application = try Application(TestServer.api, configuration)
        let service = HTTPService(
            try Pipeline(application, connections: connections, records: log.producer(shard: 0)))
        self.network = network
        self.mailbox = mailbox
        shard = Shard(source: SimulatedSource(network), service: service, mailbox: mailbox, limits: limits)
        shard.start()
    }

    /// Asks the shard to drain, and runs it until it has.
    mutating func drain() throws {
        mailbox.post(.drain)
        network.wake()
        for _ in 0..<1000 where !shard.hasEnded { try shard.runPass() }
    }
}
