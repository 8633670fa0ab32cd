import Testing

@testable import RingfortCLI

/// A limit of the security model: what it does by default, and what a file makes of it.
struct LimitCase: CustomTestStringConvertible, Sendable {
    let name: String
    let file: String
    let byDefault: String
    let changed: String
    let probe: @Sendable (LimitedService) throws -> String
    var testDescription: String { name }

    init(
        _ name: String, _ file: String, _ byDefault: String, _ changed: String,
        _ probe: @escaping @Sendable (LimitedService) throws -> String
    ) {
        self.name = name
        self.file = file
        self.byDefault = byDefault
        self.changed = changed
        self.probe = probe
    }
}

@Suite("A limit of the security model")
struct DefaultLimitTests {
    private static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }
    private static func lists(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    private static func members(_ count: Int) -> String {
        "{\((0..<count).map { "\"\($0)\":0" }.joined(separator: ","))}"
    }

    /// So many of these requests; how many of each status they have.
    private static func counted(_ count: Int, _ ask: () throws -> [Int]) rethrows -> String {
        var counts: [Int: Int] = [:]
        for _ in 0..<count { for status in try ask() { counts[status, default: 0] += 1 } }
        return counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    }

    static let cases: [LimitCase] = [
        LimitCase("head", "http: { head_bytes: 32768 }", "[431]", "[200]") {
            "\($0.get("/open", (0..<3).map { "X-\($0): \(letters(6_000))\r\n" }.joined()))"
        },
        LimitCase("header", "http: { header_bytes: 9000 }", "[431]", "[200]") {
            "\($0.get("/open", "X: \(letters(8_200))\r\n"))"
        },
        LimitCase("target", "http: { target_bytes: 9000 }", "[414]", "[404]") { "\($0.get("/" + letters(8_200)))" },
        LimitCase("headers", "http: { headers: 101 }", "[431]", "[200]") {
            "\($0.get("/open", (1...100).map { "X-\($0): a\r\n" }.joined()))"
        },
        LimitCase("body", "http: { body_bytes: 1048577 }", "[413]", "[200]") {
            $0.post("\"\(letters(1_048_575))\"")
        },
        LimitCase("depth of JSON", "http: { json_depth: 33 }", "[200][400]", "[200][200]") {
            $0.post(lists(32)) + $0.post(lists(33))
        },
        LimitCase("members of an object", "http: { json_members: 1001 }", "[200][400]", "[200][200]") {
            $0.post(members(1_000)) + $0.post(members(1_001))
        },
        LimitCase("extensions of chunks", "http: { chunk_metadata_bytes: 5000 }", "[431]", "[200]") {
            $0.post("2;\(letters(4_100))\r\n{}\r\n0\r\n\r\n", isChunked: true)
        },
        LimitCase("time of a head", "timeouts: { head_ms: 7 }", "5000 5000", "7 7") {
            "\($0.open()) \($0.send("GET /open HTTP/1.1\r\n").silenceMilliseconds)"
        },
        LimitCase("time of a body", "timeouts: { body_ms: 7 }", "30000", "7") {
            $0.open()
            return "\($0.send(head(of: 100)).silenceMilliseconds)"
        },
        LimitCase("rate of a body", "timeouts: { body_bytes_per_second: 512 }", "12000", "14000") {
            $0.open()
            _ = $0.send(head(of: 5_000))
            $0.now += 20_000_000_000
            // Ten seconds are left, and those that two kibibytes have earned.
            return "\($0.send(letters(2_048)).silenceMilliseconds)"
        },
        LimitCase("idleness", "timeouts: { idle_ms: 7 }", "60000", "7") {
            $0.open()
            return "\($0.send("GET /open HTTP/1.1\r\nHost: a\r\n\r\n").silenceMilliseconds)"
        },
        LimitCase(
            "requests of a connection", "limits: { requests_per_connection: 3 }\n\(noLimits)", "true", "false"
        ) {
            $0.open()
            var last = ""
            for _ in 1...4 { last += $0.send("GET /open HTTP/1.1\r\nHost: a\r\n\r\n").text }
            return "\(!last.contains("Connection: close"))"
        },
        LimitCase("age of a connection", "limits: { connection_age_seconds: 10 }", "false true", "true true") {
            $0.open()
            let request = "GET /open HTTP/1.1\r\nHost: a\r\n\r\n"
            $0.now += 11_000_000_000
            let young = $0.send(request).text.contains("Connection: close")
            $0.now += 3_600_000_000_000
            return "\(young) \($0.send(request).text.contains("Connection: close"))"
        },
        LimitCase("length of a token", "tokens: { longest_bytes: 50 }", "[200]", "[401]") {
            "\($0.mine(try $0.token()))"
        },
        LimitCase("clock skew", "tokens: { clock_skew_seconds: 60 }", "[200] [401]", "[200] [200]") {
            "\($0.mine(try $0.token(ageSeconds: 925))) \($0.mine(try $0.token(ageSeconds: 935)))"
        },
        LimitCase("lifetime of a token", "tokens: { longest_lifetime_seconds: 172800 }", "[401]", "[200]") {
            "\($0.mine(try $0.token(lifetimeSeconds: 100_000)))"
        },
        LimitCase(
            "requests of an address", "rate_limits: { ip: { rate: 1, burst: 3 } }", "200: 40, 429: 5", "200: 3, 429: 42"
        ) {
            service in counted(45) { service.get("/open") }
        },
        LimitCase(
            "requests of a principal",
            "rate_limits: { principal: { rate: 1, burst: 3 } }", "200: 40, 429: 5", "200: 3, 429: 42"
        ) { service in
            let token = try service.token()
            return counted(45) { service.mine(token) }
        },
        LimitCase(
            "failed authentications", "rate_limits: { failed_authentication: { rate: 1, burst: 3 } }",
            "401: 10, 429: 5",
            "401: 3, 429: 12"
        ) { service in counted(15) { service.mine("a.b.c") } },
        LimitCase(
            "time of verification", "rate_limits: { verification_ms: { rate: 1, burst: 3 } }", "200: 5",
            "200: 3, 429: 2"
        ) { service in
            try counted(5) { service.mine(try service.token()) }
        },
        LimitCase("word of a proxy", "proxies: { trusted: [127.0.0.1] }", "200: 40, 429: 5", "200: 45") { service in
            var client = 0
            return counted(45) {
                client += 1
                return service.get("/open", "X-Forwarded-For: 192.0.2.\(client)\r\n")
            }
        },
    ]

    private static let noLimits = "rate_limits: { ip: off }"

    private static func head(of count: Int) -> String {
        "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(count)\r\n\r\n"
    }

    @Test("is in force by default, and is what a file says", arguments: cases)
    func limit(limit: LimitCase) throws {
        #expect(try limit.probe(LimitedService("")) == limit.byDefault)
        #expect(try limit.probe(LimitedService(limit.file)) == limit.changed)
    }
}
