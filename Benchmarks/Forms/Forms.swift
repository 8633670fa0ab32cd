import Ringfort

/// A server whose routes give one answer in each of the forms that a handler can have: `ringfort-forms PORT`.
@main
struct Forms {
    private static let answer: StaticString = "API is healthy\n"

    static func main() throws {
        guard CommandLine.arguments.count == 2, let port = UInt16(CommandLine.arguments[1]) else {
            print("usage: ringfort-forms PORT")
            return
        }
        var api = Router()
        api.get("/shard") { _, response in response.text(answer) }
        api.onAsync(.get, "/task") { _, response in response.text(answer) }
        api.onAsync(.get, "/waiting-task") { _, response in
            await Task.yield()
            response.text(answer)
        }
        api.get("/worker", runs: .onWorker) { _, response in response.text(answer) }
        var configuration = try ServerConfiguration(listen: "127.0.0.1:\(port)", keyring: Keyring())
        configuration.addressRate = try CellRate(tokensPerSecond: 10_000_000, burst: 10_000_000)
        configuration.requestsPerConnection = 1_000_000_000
        configuration.log = .problems
        try Server(api, configuration).run()
    }
}
