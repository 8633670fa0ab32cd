/// The work that is measured.
enum Scenario: String, CaseIterable, Codable {
    case health
    case pipelined
    case profile

    /// What is asked for.
    var path: String {
        switch self {
        case .health, .pipelined: "/api/health"
        case .profile: "/api/profile"
        }
    }

    /// How many requests are sent in one write, and answered before the next.
    var depth: Int { self == .pipelined ? 16 : 1 }

    /// The scope that the request's token needs, where it needs one.
    var scope: String? { self == .profile ? "read:profile" : nil }

    /// For a report.
    var title: String {
        switch self {
        case .health: "GET /api/health"
        case .pipelined: "GET /api/health, 16 pipelined"
        case .profile: "GET /api/profile"
        }
    }

    /// The request as wrk sends it.
    func request(port: UInt16, token: String?) -> String {
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\(authorization)\r\n"
    }
}
