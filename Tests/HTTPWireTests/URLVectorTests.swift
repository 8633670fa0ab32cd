import Foundation
import HTTPWire
import TestSupport
import Testing

/// The parts of WHATWG's URL data that a path can be held to: we may refuse what it takes, but where we take a path,
/// it must be the one that it names.
@Suite("The URL data of web-platform-tests")
struct URLVectorTests {
    private struct URLCase: Decodable {
        var input: String
        var `protocol`: String?
        var pathname: String?
        var failure: Bool?
    }

    @Test("names the same path for an absolute-form target, where we take it")
    func absoluteTargets() throws {
        var agreed = 0
        var refused = 0
        for item in try Self.httpCases() where item.input.lowercased().hasPrefix("http") {
            guard let pathname = item.pathname, case .success(let canonical) = canonicalPath(of: item.input) else {
                refused += 1
                continue
            }
            #expect(canonical.path == pathname.removingPercentEncoding?.bytes, "\(item.input)")
            agreed += 1
        }
        #expect(agreed > 0 && refused > 0)
        print("WHATWG absolute targets: \(agreed) agreed, \(refused) refused")
    }

    @Test("has paths that we decode alike or refuse for a stated reason")
    func paths() throws {
        var agreed = 0
        var refused = 0
        for item in try Self.httpCases() {
            guard let pathname = item.pathname else { continue }
            switch canonicalPath(of: pathname) {
            case .success(let canonical):
                #expect(canonical.path == pathname.removingPercentEncoding?.bytes, "\(pathname)")
                agreed += 1
            case .failure(let error):
                #expect(Self.isStrict(pathname), "\(pathname): \(error)")
                refused += 1
            }
        }
        #expect(agreed > 0 && refused > 0)
        print("WHATWG paths: \(agreed) agreed, \(refused) refused")
    }

    @Test("has percent-encoded UTF-8 that decodes to what was encoded")
    func percentEncoding() throws {
        struct Encoding: Decodable {
            var input: String
            var output: [String: String]
        }
        struct Entry: Decodable {
            var encoding: Encoding?
            init(from decoder: any Decoder) throws { encoding = try? Encoding(from: decoder) }
        }
        let entries = try JSONDecoder().decode([Entry].self, from: Data(Fixture.bytes("url/percent-encoding.json")))
        var decoded = 0
        var refused = 0
        for case let encoding? in entries.map(\.encoding) {
            let output = try #require(encoding.output["utf-8"])
            switch canonicalPath(of: "/" + output) {
            case .success(let canonical):
                #expect(canonical.path == "/\(encoding.input)".bytes)
                decoded += 1
            case .failure(let error):
                #expect(Self.isStrict(output), "\(output): \(error)")
                refused += 1
            }
        }
        #expect(decoded > 0)
        print("percent-encoding: \(decoded) decoded, \(refused) refused")
    }

    private static func httpCases() throws -> [URLCase] {
        let all = try JSONDecoder().decode([URLCase].self, from: Data(Fixture.bytes("url/urltestdata.json")))
        return all.filter { $0.failure != true && ["http:", "https:"].contains($0.protocol) }
    }

    /// Whether a path that WHATWG allows breaks a rule of ours.
    private static func isStrict(_ path: String) -> Bool {
        let lower = path.lowercased()
        let controls = (0..<0x20).map { String(format: "%%%02x", $0) }
        let forbidden = ["//", "\\", "%2f", "%5c", "%7f"] + controls
        if forbidden.contains(where: lower.contains) { return true }
        guard let decoded = path.removingPercentEncoding else { return true }
        return decoded.split(separator: "/").contains { $0 == "." || $0 == ".." }
    }
}
