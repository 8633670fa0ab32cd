/// A pattern, checked and cut into its segments: `/api/posts/:id`.
struct RoutePattern {
    enum Segment: Equatable {
        case fixed(String)
        case parameter(name: String)
    }

    /// The pattern as it was written.
    let text: String
    let segments: [Segment]

    /// The most bytes that a pattern may have.
    static let longestPattern = 1024
    /// The most segments that a pattern may have.
    static let mostSegments = 32

    /// Checks `text`.
    ///
    /// A fixed segment may hold what stands in a canonical path unencoded (RFC 3986: unreserved, sub-delims, `:`, `@`),
    /// except `*`: a reader would take it for a wildcard. So a pattern never fails to match because of its spelling.
    init(_ text: String) throws(RouteError) {
        guard text.utf8.count <= Self.longestPattern else {
            throw .patternTooLong(pattern: text, limit: Self.longestPattern)
        }
        guard text.utf8.first == 0x2F else { throw .missingLeadingSlash(pattern: text) }
        let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= Self.mostSegments else {
            throw .tooManySegments(pattern: text, limit: Self.mostSegments)
        }
        var segments: [Segment] = []
        for (index, part) in parts.enumerated() {
            // Only the last may be empty: the trailing slash, which makes another path.
            guard !part.isEmpty || index == parts.count - 1 else { throw .emptySegment(pattern: text) }
            segments.append(try Self.segment(String(part), of: text))
        }
        self.text = text
        self.segments = segments
        try checkParameters()
    }

    /// The parameters' names, from left to right.
    var parameterNames: [String] {
        segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }

    private static func segment(_ part: String, of pattern: String) throws(RouteError) -> Segment {
        if part.utf8.first == 0x3A {
            let name = String(part.dropFirst())
            guard isParameterName(name) else { throw .invalidParameterName(pattern: pattern, name: name) }
            return .parameter(name: name)
        }
        guard part != "." && part != ".." else { throw .dotSegment(pattern: pattern) }
        guard part.utf8.allSatisfy(isFixedByte) else { throw .unexpectedCharacter(pattern: pattern, segment: part) }
        return .fixed(part)
    }

    private func checkParameters() throws(RouteError) {
        let names = parameterNames
        guard names.count <= PathParameters.capacity else {
            throw .tooManyParameters(pattern: text, limit: PathParameters.capacity)
        }
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw .repeatedParameterName(pattern: text, name: name)
        }
    }

    private static func isParameterName(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLetter(first) || first == 0x5F else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x5F }
    }

    private static func isFixedByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "-._~!$&'()+,;=:@".utf8.contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
