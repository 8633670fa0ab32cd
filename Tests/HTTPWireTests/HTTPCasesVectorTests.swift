import Foundation
import HTTPWire
import TestSupport
import Testing

/// One of the cases of `http/http1_cases.json`; its SOURCE.md explains the fields.
private struct HTTPCase: Decodable {
    var name: String
    var bytes: Data
    var expect: String
    var responses: Int
    var minResponses: Int?
    var method: String?
    var target: String?
    var headers: [[String]]
    var body: Data?
    var tail: String?
    var incomplete: Bool?

    enum CodingKeys: String, CodingKey {
        case name, expect, responses, method, target, headers, tail, incomplete
        case bytes = "bytes_base64"
        case minResponses = "min_responses"
        case body = "body_base64"
    }

    /// Why the outcome is not the expected one, or nil.
    func fault(of outcome: Outcome) -> String? {
        switch expect {
        case "either":
            return outcome.exchanges.count <= responses ? nil : "more than \(responses) requests taken"
        case "reject":
            if !outcome.exchanges.isEmpty { return "a request was taken" }
            if case .refused = outcome.end { return nil }
            return incomplete == true ? nil : "neither refused nor taken"
        case "accept": return acceptFault(of: outcome)
        default: return "no such expectation"
        }
    }

    private func acceptFault(of outcome: Outcome) -> String? {
        guard ((minResponses ?? responses)...responses).contains(outcome.exchanges.count) else {
            return "\(outcome.exchanges.count) requests taken instead of \(responses)"
        }
        // An incomplete tail may be waited for or, where its beginning is wrong already, refused.
        if tail == "reject", !outcome.isRefused { return "the tail was not refused" }
        if tail == nil, outcome.exchanges.count == responses, outcome.isRefused { return "refused after all requests" }
        guard let first = outcome.exchanges.first else { return "no request" }
        if let method, first.method != method { return "method \(first.method)" }
        if let target, first.target != target { return "target \(first.target)" }
        if first.headers != headers { return "headers \(first.headers)" }
        if let body, first.body != [UInt8](body) { return "body of \(first.body.count) bytes" }
        return nil
    }
}

extension Outcome {
    fileprivate var isRefused: Bool {
        if case .refused = end { return true }
        return false
    }
}

@Suite("The HTTP/1.1 cases")
struct HTTPCasesVectorTests {
    @Test("are taken or refused as expected, however they are split")
    func cases() throws {
        let cases = try JSONDecoder().decode(
            [HTTPCase].self, from: Data(Fixture.bytes("http/http1_cases.json")))
        var taken = 0
        var refused = 0
        var waiting = 0
        var fragmentations = 0
        for item in cases {
            let bytes = [UInt8](item.bytes)
            let whole = receive(bytes, splitAt: [])
            if let fault = item.fault(of: whole) { Issue.record("\(item.name): \(fault); ended \(whole.end)") }
            switch whole.end {
            case .refused where whole.exchanges.isEmpty: refused += 1
            case .open where whole.exchanges.isEmpty: waiting += 1
            default: taken += 1
            }
            for split in fragmentation(of: bytes.count) {
                fragmentations += 1
                let outcome = receive(bytes, splitAt: split)
                if outcome != whole { Issue.record("\(item.name), split at \(split): \(outcome) instead of \(whole)") }
            }
        }
        #expect(!cases.isEmpty)
        print(
            "HTTP/1.1 cases: \(cases.count), \(taken) taken, \(refused) refused, \(waiting) waiting;",
            "\(fragmentations) fragmentations agree")
    }
}

/// Ways to split `count` bytes: one by one, and in two at every offset. Of more than two thousand bytes, splits in
/// two at some hundred offsets, and pieces of a hundred bytes or so.
func fragmentation(of count: Int) -> [[Int]] {
    guard count > 2_000 else { return (1..<max(count, 1)).map { [$0] } + [Array(1..<max(count, 1))] }
    let near = Array(1..<60) + Array(count - 20..<count)
    let far = stride(from: 60, to: count - 20, by: count / 40)
    return (near + far).map { [$0] } + [Array(stride(from: 97, to: count, by: max(97, count / 500)))]
}
