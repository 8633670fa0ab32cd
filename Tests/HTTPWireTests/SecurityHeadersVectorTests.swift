import Bytes
import Foundation
import HTTPWire
import TestSupport
import Testing

/// What OWASP's Secure Headers Project says to send and not to send.
@Suite("OWASP's secure headers")
struct SecurityHeadersVectorTests {
    private struct Removed: Decodable {
        var headers: [String]
    }

    private struct Added: Decodable {
        struct Header: Decodable {
            var name: String
            var value: String
        }
        var headers: [Header]
    }

    @Test("that give the server away are in no answer")
    func removed() throws {
        let removed = try JSONDecoder().decode(
            Removed.self, from: Data(Fixture.bytes("security-headers/headers_remove.json")))
        let names = Set(removed.headers.map { $0.lowercased() })
        #expect(!names.isEmpty)
        for code in UInt16(200)...599 {
            let sent = Self.headers(of: Status(code)).map { $0.name.lowercased() }
            #expect(names.isDisjoint(with: sent), "\(code)")
            #expect(Set(sent).count == sent.count, "\(code)")
        }
        print("headers_remove: \(names.count) names, none of them sent")
    }

    @Test("that concern an API are in every answer, with the recommended value or a stricter one")
    func added() throws {
        let added = try JSONDecoder().decode(
            Added.self, from: Data(Fixture.bytes("security-headers/headers_add.json")))
        let stricter = [
            "cache-control": "no-store", "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        ]
        // The rest is for pages: what a browser may embed, share with or ask of its user.
        let ours = [
            "cache-control", "content-security-policy", "referrer-policy", "strict-transport-security",
            "x-content-type-options", "x-frame-options",
        ]
        var checked = 0
        for header in added.headers where ours.contains(header.name.lowercased()) {
            let name = header.name.lowercased()
            for status in [Status.ok, .noContent, .unauthorized, .internalServerError] {
                let sent = Self.headers(of: status).filter { $0.name.lowercased() == name }.map {
                    $0.value.lowercased()
                }
                #expect(sent == [(stricter[name] ?? header.value).lowercased()], "\(name)")
            }
            checked += 1
        }
        #expect(checked == ours.count)
        print("headers_add: \(checked) sent, \(added.headers.count - checked) for pages only")
    }

    private static func headers(of status: Status) -> [(name: String, value: String)] {
        let encoder = ResponseEncoder(overTLS: true, unixSeconds: 0)
        var output = ByteBuffer(capacity: 64)
        encoder.encode(
            status, .json, correlation: (high: 1, low: 2), body: RawSpan(), persistence: .close, isHead: false,
            into: &output)
        return String(output.bytes).components(separatedBy: "\r\n").dropFirst().filter { !$0.isEmpty }.map { line in
            let parts = line.components(separatedBy: ": ")
            return (parts[0], parts.dropFirst().joined(separator: ": "))
        }
    }
}
