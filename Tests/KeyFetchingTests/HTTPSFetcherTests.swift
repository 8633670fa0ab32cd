import Foundation
import TLSSupport
import Testing

@testable import KeyFetching

@Suite("A fetch over HTTPS")
struct HTTPSFetcherTests {
    private let folder: CredentialFolder
    private let authority: TestCertificate
    private let certificate: TestCertificate
    private let authorityPath: String

    init() throws {
        folder = try CredentialFolder()
        authority = try TestCertificate("authority", isAuthority: true)
        certificate = try TestCertificate("host", names: ["localhost"], issuer: authority)
        authorityPath = try folder.write("ca.crt", authority.pem)
    }

    private func fetch(
        _ host: TestHost, name: String = "localhost", path: String = "/jwks.json",
        cancellation: FetchCancellation = FetchCancellation(), configure: (inout HTTPSFetcher) -> Void = { _ in }
    ) -> Result<String, FetchError> {
        var signals = sigset_t()
        // SAFETY: a local, which the calls are given. A host that has closed is an error of the write then.
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        var fetcher = HTTPSFetcher()
        fetcher.authorityPath = authorityPath
        fetcher.allowsPrivateAddresses = true
        configure(&fetcher)
        guard let url = HTTPSURL("https://\(name):\(host.port)\(path)") else { return .failure(.failed("no URL")) }
        do throws(FetchError) {
            return .success(String(decoding: try fetcher.fetch(url, cancellation: cancellation), as: UTF8.self))
        } catch {
            return .failure(error)
        }
    }

    private func host(_ reply: TestHost.Reply) throws -> TestHost { try TestHost(certificate) { _ in reply } }

    @Test(
        "brings a document of JSON, whatever its media type says besides",
        arguments: [
            "application/json", "application/jwk-set+json", "Application/JSON; charset=utf-8", "application/json ;a=b",
        ])
    func document(type: String) throws {
        let host = try host(.answer("{}", headers: "Content-Type: \(type)\r\n"))
        #expect(fetch(host) == .success("{}"))
        let head = try #require(host.requests.first)
        #expect(head.hasPrefix("GET /jwks.json HTTP/1.1\r\nHost: localhost:\(host.port)\r\n"))
        #expect(head.contains("Accept: application/jwk-set+json, application/json\r\n"))
        #expect(!head.lowercased().contains("cookie") && !head.lowercased().contains("accept-encoding"))
    }

    @Test("takes no other media type, nor none", arguments: ["Content-Type: text/html\r\n", ""])
    func mediaType(header: String) throws {
        let type = header.isEmpty ? "" : "text/html"
        #expect(fetch(try host(.answer("{}", headers: header))) == .failure(.mediaType(type)))
    }

    @Test("takes no answer but 200, and goes to no other place", arguments: [301, 302, 307, 404, 500, 503, 204])
    func status(code: Int) throws {
        let elsewhere = try host(.answer("{}"))
        let host = try host(
            .answer(
                "", status: code,
                headers: "Content-Type: application/json\r\nLocation: https://localhost:\(elsewhere.port)/\r\n"))
        #expect(fetch(host) == .failure(.status(code)))
        #expect(elsewhere.connections == 0)
    }

    @Test("ends at the most bytes that it may bring, said or not")
    func length() throws {
        let most = 1_000
        let exact = String(repeating: " ", count: most)
        #expect(fetch(try host(.answer(exact))) { $0.mostBytes = most } == .success(exact))
        for reply in [TestHost.Reply.answer(exact + " "), .endless] {
            #expect(fetch(try host(reply)) { $0.mostBytes = most } == .failure(.tooLong(mostBytes: most)))
        }
        let headers = String(repeating: "X: \(String(repeating: "y", count: 1_000))\r\n", count: 70)
        #expect(fetch(try host(.answer("{}", headers: headers))) == .failure(.tooLong(mostBytes: 65_536)))
    }

    @Test("ends when it takes too long, or is wanted no more")
    func time() throws {
        #expect(fetch(try host(.silence)) { $0.timeoutMilliseconds = 200 } == .failure(.timeout))
        let cancellation = FetchCancellation()
        let host = try TestHost(certificate) { _ in
            cancellation.cancel()
            return .silence
        }
        #expect(fetch(host, cancellation: cancellation) == .failure(.cancelled))
    }

    @Test("believes no host whose certificate is another's, another authority's, or over")
    func certificates() throws {
        let stranger = try TestCertificate("stranger", isAuthority: true)
        for wrong in [
            try TestCertificate("host", names: ["other.example"], issuer: authority),
            try TestCertificate("host", names: ["localhost"], issuer: stranger),
            try TestCertificate("host", names: ["localhost"], issuer: authority, days: -30 ... -1),
        ] {
            let host = try TestHost(wrong) { _ in .answer("{}") }
            guard case .failure(.certificate) = fetch(host) else {
                Issue.record("it was believed")
                continue
            }
            #expect(host.requests.isEmpty)
        }
        // Those of the system are not asked beside a file, nor the file without.
        guard case .failure(.certificate) = fetch(try host(.answer("{}")), configure: { $0.authorityPath = nil }) else {
            Issue.record("it was believed")
            return
        }
    }

    @Test(
        "goes to no private address unless it may, whatever name has led to it",
        arguments: ["localhost", "127.0.0.1"])
    func privateAddress(name: String) throws {
        let host = try host(.answer("{}"))
        #expect(fetch(host, name: name) { $0.allowsPrivateAddresses = false } == .failure(.privateAddress))
        #expect(host.connections == 0)
    }

    @Test("says that nobody is there")
    func nobody() throws {
        let port = try host(.answer("{}")).port
        var fetcher = HTTPSFetcher()
        fetcher.allowsPrivateAddresses = true
        let url = try #require(HTTPSURL("https://127.0.0.1:\(port)/"))
        let error = #expect(throws: FetchError.self) { try fetcher.fetch(url) }
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
