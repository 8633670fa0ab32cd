import Bytes
import HTTPWire
import Testing

@testable import Ringfort

@Suite("The client behind a proxy")
struct ForwardedClientTests {
    /// The proxies that are trusted: 10.0.0.0/8 and 2001:db8::/32.
    private static func client(
        _ header: TrustedProxies.Header, _ lines: String..., from peer: String = "10.0.0.1"
    ) throws -> PeerAddress {
        let ranges = ["10.0.0.0/8", "2001:db8::/32"].compactMap { AddressRange($0) }
        let text = "GET / HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        var head = RequestHead()
        let bytes = Array(text.utf8)
        guard case .complete = try head.parse(bytes.span.raw, limits: .standard) else { throw Incomplete() }
        return TrustedProxies(ranges, header: header).client(
            of: head, bytes.span.raw, from: try #require(PeerAddress(peer)))
    }

    private struct Incomplete: Error {}

    @Test(
        "is the last address in X-Forwarded-For that is no trusted proxy's",
        arguments: [
            ("198.51.100.7", "198.51.100.7"),
            ("192.0.2.1, 198.51.100.7", "198.51.100.7"),
            ("192.0.2.1,198.51.100.7 , 10.9.9.9,10.1.1.1", "198.51.100.7"),
            ("198.51.100.7:4711", "198.51.100.7"),
            ("2001:dead::1", "2001:dead::1"),
            ("[2001:dead::1]:443, 2001:db8::5", "2001:dead::1"),
            ("[2001:dead::1]", "2001:dead::1"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
            ("192.0.2.1,, 198.51.100.7,", "198.51.100.7"),
            // All of them are proxies: the farthest is as near as one gets.
            ("10.2.2.2, 10.3.3.3", "10.2.2.2"),
            // What a proxy can't name, it answers for.
            ("192.0.2.1, unknown", "10.0.0.1"),
            ("192.0.2.1, _hidden, 10.4.4.4", "10.4.4.4"),
            ("192.0.2.1, 198.51.100.777", "10.0.0.1"),
            ("192.0.2.1, [2001:dead::1", "10.0.0.1"),
            ("192.0.2.1, [2001:dead::1]x", "10.0.0.1"),
            ("", "10.0.0.1"),
            (",", "10.0.0.1"),
        ])
    func xForwardedFor(value: String, client: String) throws {
        #expect(try Self.client(.xForwardedFor, "X-Forwarded-For: \(value)") == PeerAddress(client))
    }

    @Test(
        "is the last of Forwarded that is no trusted proxy's",
        arguments: [
            ("for=198.51.100.7", "198.51.100.7"),
            ("FOR=\"198.51.100.7:4711\";proto=https", "198.51.100.7"),
            ("for=192.0.2.1, for=198.51.100.7;by=10.0.0.1, for=10.9.9.9", "198.51.100.7"),
            ("proto=http;for=\"[2001:dead::1]:80\" ; host=a", "2001:dead::1"),
            ("for=192.0.2.1, for=unknown", "10.0.0.1"),
            ("for=192.0.2.1, proto=https", "10.0.0.1"),
            ("for=192.0.2.1;for=198.51.100.7", "10.0.0.1"),
            // A quote that the client opens does not swallow what the proxy appends.
            ("for=\"192.0.2.1, for=198.51.100.7", "198.51.100.7"),
            // Nor does what a client has put between a proxy's own quotes pass for an element.
            (#"for=198.51.100.7;host="a,for=192.0.2.99;b=""#, "10.0.0.1"),
            (#"for=198.51.100.7;host="a,for=192.0.2.99;b=";proto=http"#, "10.0.0.1"),
            (#"for=198.51.100.7;host="a\",for=192.0.2.99;b=""#, "10.0.0.1"),
            (#"for=198.51.100.7;host="a\"b;c""#, "198.51.100.7"),
            ("xfor=192.0.2.1", "10.0.0.1"),
        ])
    func forwarded(value: String, client: String) throws {
        #expect(try Self.client(.forwarded, "Forwarded: \(value)") == PeerAddress(client))
    }

    @Test("is looked for in all headers of the name, the last first, and in no other header")
    func severalHeaders() throws {
        let lines = "X-Forwarded-For: 10.5.5.5"
        #expect(
            try Self.client(.xForwardedFor, "X-Forwarded-For: 192.0.2.1, 198.51.100.7", "Accept: */*", lines)
                == PeerAddress("198.51.100.7"))
        #expect(try Self.client(.forwarded, "X-Forwarded-For: 192.0.2.1") == PeerAddress("10.0.0.1"))
        #expect(try Self.client(.xForwardedFor, "Forwarded: for=192.0.2.1") == PeerAddress("10.0.0.1"))
        #expect(try Self.client(.xForwardedFor, "X_Forwarded_For: 192.0.2.1") == PeerAddress("10.0.0.1"))
    }
}
