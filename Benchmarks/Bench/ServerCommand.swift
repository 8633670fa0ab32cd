/// The command lines of the servers that are measured: all of them, in one place.
struct ServerCommand {
    /// The folder with the built programs.
    let programs: String

    /// `ringfort serve` with one shard, and with what would cut a benchmark short lifted: limits that no load reaches,
    /// which are charged all the same, no cap of requests on one connection, and no log line a success.
    func ringfort(port: UInt16, data: String, connections: Int = 10_000, tokenCache: Int = 65_536) -> [String] {
        [
            "\(programs)/ringfort", "serve", "--data", data, "--listen", "127.0.0.1:\(port)", "--shards", "1",
            "--max-connections", String(connections), "--token-cache", String(tokenCache),
            "--limit-ip", "10000000:10000000", "--limit-principal", "10000000:10000000",
            "--limit-verification", "1000000:1000000",
            "--max-requests-per-connection", "1000000000", "--log", "problems",
        ]
    }

    /// The floor, which answers with the bytes of the file at `answer`, or with its own.
    func floor(port: UInt16, answer: String? = nil) -> [String] {
        ["\(programs)/ringfort-floor", String(port)] + (answer.map { [$0] } ?? [])
    }
}
