import HTTPWire

/// The heads that are parsed.
enum SampleHead: String, CaseIterable {
    case short
    case browser
    case large

    /// The head's bytes: 40, 500 and 4096 of them.
    var bytes: [UInt8] {
        let text =
            switch self {
            case .short: "GET /api/health HTTP/1.1\r\nHost: ab.c\r\n\r\n"
            case .browser: Self.padded(Self.browserHead, to: 500)
            case .large: Self.padded(Self.browserHead + Self.gatewayHeaders, to: 4096)
            }
        return Array(text.utf8)
    }

    /// What a browser sends to an API of its own site, without the cookie.
    private static let browserHead = """
        GET /api/posts?page=2&sort=newest HTTP/1.1\r
        Host: api.example.com\r
        User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r
        Accept: application/json, text/plain, */*\r
        Accept-Language: en-GB,en;q=0.7,de;q=0.3\r
        Accept-Encoding: gzip, deflate, br, zstd\r
        Referer: https://www.example.com/posts\r
        Sec-Fetch-Dest: empty\r
        Sec-Fetch-Mode: cors\r
        Sec-Fetch-Site: same-site\r
        Connection: keep-alive\r\n
        """

    /// What gateways on the way add: twenty more headers, as long as those are.
    private static let gatewayHeaders = (1...20).map { index in
        "X-Gateway-Context-\(index): id=4bf92f3577b34da6a3ce929d0e0e4736; region=eu-central-1; attempt=\(index)\r\n"
    }.joined()

    /// The lines, a cookie that brings the head to `count` bytes, and the empty line.
    private static func padded(_ lines: String, to count: Int) -> String {
        let start = "Cookie: session="
        let padding = count - lines.utf8.count - start.utf8.count - 4
        precondition(padding > 0, "the head is too long already")
        return lines + start + String(repeating: "k7Qp", count: padding / 4 + 1).prefix(padding) + "\r\n\r\n"
    }
}

/// The answers that are encoded.
enum SampleAnswer: String, CaseIterable {
    case health
    case profile

    var body: String {
        switch self {
        case .health: "API is healthy\n"
        case .profile: #"{"id":"user-000000","name":"Ada Lovelace","email":"ada@example.com"}"#
        }
    }

    var mediaType: MediaType {
        switch self {
        case .health: .plainText
        case .profile: .json
        }
    }
}
