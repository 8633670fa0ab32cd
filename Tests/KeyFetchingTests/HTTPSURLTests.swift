import Testing

@testable import KeyFetching

@Suite("A URL that may be fetched")
struct HTTPSURLTests {
    @Test(
        "is https with a host",
        arguments: [
            "https://id.example/.well-known/jwks.json", "https://id.example:8443/keys?v=1", "https://192.0.2.1/k",
            "https://[2001:db8::1]/k", "HTTPS://id.example/",
        ])
    func taken(text: String) { #expect(HTTPSURL(text)?.text == text) }

    @Test(
        "is nothing else",
        arguments: [
            "", "id.example/keys", "http://id.example/keys", "file:///etc/passwd", "ftp://id.example/", "https://",
            "https:///keys", "https:/id.example/keys", "https:id.example", "https://user@id.example/",
            "https://user:pass@id.example/", "https://id.example/#part",
            "https://id.example/a b", "https://id.example/\n", "https://id.example/\u{e9}", "https://id.example:99999/",
            "https://" + String(repeating: "a", count: 2_048), "//id.example/", "https//id.example",
        ])
    func refused(text: String) { #expect(HTTPSURL(text) == nil) }
}
