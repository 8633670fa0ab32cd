internal import Bytes
internal import JSON

/// An answer as a client reads it.
public struct TestResponse: Sendable, Equatable {
    /// The status, 200 to 599.
    public let status: Int
    /// The headers, by their names in lower case. No answer of Ringfort's has one twice.
    public let headers: [String: String]
    /// The body; bytes that are no UTF-8 are replaced.
    public let body: String

    /// The body as a value of a type, read from JSON.
    ///
    /// - Throws: `TestFailure.malformedAnswer` when it is no JSON; `DecodingError` when it is none of that type.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        var bytes = ByteBuffer(capacity: body.utf8.count)
        bytes.append(body)
        var tape = JSONTape()
        do throws(JSONError) {
            _ = try tape.parse(bytes.bytes)
        } catch {
            throw TestFailure.malformedAnswer("no JSON (\(error)): \(body)")
        }
        return try tape.root(of: bytes.bytes).decode(type)
    }

    /// Cuts what a client has received into answers.
    ///
    /// - Parameter toHead: whether the answers are to HEAD, and have no bodies.
    /// - Throws: `TestFailure.malformedAnswer`, where something is no answer, or not all of one.
    public static func all(in text: String, toHead: Bool = false) throws(TestFailure) -> [TestResponse] {
        var rest = text.utf8[...]
        var answers: [TestResponse] = []
        while !rest.isEmpty { answers.append(try Self(taking: &rest, toHead: toHead)) }
        return answers
    }

    private init(taking rest: inout Substring.UTF8View, toHead: Bool) throws(TestFailure) {
        var lines: [Substring] = []
        while let end = rest.firstIndex(of: 0x0A) {
            let line = Substring(rest[..<end])
            guard line.utf8.last == 0x0D else { throw .malformedAnswer("a line without CR: \(line)") }
            rest = rest[rest.index(after: end)...]
            guard line.utf8.count > 1 else { break }
            lines.append(Substring(line.utf8.dropLast()))
        }
        let parts = lines.first?.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false) ?? []
        guard parts.count == 3, parts[0] == "HTTP/1.1", let status = Int(parts[1]) else {
            throw .malformedAnswer("no status line: \(lines.first ?? "")")
        }
        self.status = status
        headers = try Self.headers(lines.dropFirst())
        let length = toHead ? 0 : Int(headers["content-length"] ?? "0") ?? 0
        let content = rest.prefix(length)
        guard content.count == length else { throw .malformedAnswer("the body ends too early: \(Substring(content))") }
        body = String(decoding: content, as: UTF8.self)
        rest = rest[content.endIndex...]
    }

    private static func headers(_ lines: ArraySlice<Substring>) throws(TestFailure) -> [String: String] {
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.utf8.firstIndex(of: 0x3A) else { throw .malformedAnswer("no header: \(line)") }
            let name = line[..<colon].lowercased()
            let value = String(line[colon...].dropFirst().drop { $0 == " " })
            guard headers.updateValue(value, forKey: name) == nil else {
                throw .malformedAnswer("\(name) stands in an answer twice")
            }
        }
        return headers
    }
}

/// Why a test has no answer.
public enum TestFailure: Error, Equatable {
    /// The request is not all there, or its handler is not done in time; what came until then.
    case noAnswer(received: String)
    /// What came is no answer.
    case malformedAnswer(String)
}
