import Ringfort

/// A server with as many routes as it is told: `ringfort-routes PORT ROUTES`. All of them give one answer.
///
/// Route n is `/api/group-GG/resource-RR/:id`, a hundred resources in a group, so that more routes make no path longer.
@main
struct Routes {
    private static let answer: StaticString = "A resource\n"
    private static let most = 10_000

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard arguments.count == 2, let port = UInt16(exactly: arguments[0]), (1...most).contains(arguments[1]) else {
            print("usage: ringfort-routes PORT ROUTES, of which there may be \(most)")
            return
        }
        var api = Router()
        for route in 0..<arguments[1] {
            api.get("/api/group-\(digits(route / 100))/resource-\(digits(route % 100))/:id") { _, response in
                response.text(answer)
            }
        }
        var configuration = try ServerConfiguration(listen: "127.0.0.1:\(port)", keyring: Keyring())
        configuration.addressRate = try CellRate(tokensPerSecond: 10_000_000, burst: 10_000_000)
        configuration.requestsPerConnection = 1_000_000_000
        configuration.log = .problems
        try Server(api, configuration).run()
    }

    private static func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
