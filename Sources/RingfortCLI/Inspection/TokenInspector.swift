import Bytes
import Tokens

/// Reads a token without a key, and never gives up on it: what can't be read becomes a problem.
enum TokenInspector {
    static func inspect(_ token: [UInt8], nowUnixSeconds now: Int64) -> TokenInspection {
        var inspection = TokenInspection(byteCount: token.count)
        if token.count > TokenVerifier.mostBytes {
            inspection.complain("the token has \(token.count) bytes; a server takes \(TokenVerifier.mostBytes)")
        }
        if token.isEmpty {
            inspection.complain("there is no token")
        } else if token.first == 0x7B {
            inspection.kind = "JWS or JWE in JSON"
            inspection.complain("only the compact form of a JWT is a token here")
        } else if isVersioned(token) {
            PASETOInspector.inspect(token, into: &inspection)
        } else {
            JWTInspector.inspect(token, into: &inspection)
        }
        ClaimsInspector.inspect(&inspection, nowUnixSeconds: now)
        return inspection
    }

    /// `v`, a digit and a dot: the start of a PASETO.
    private static func isVersioned(_ token: [UInt8]) -> Bool {
        token.count >= 3 && token[0] == 0x76 && token[1] &- 0x30 < 10 && token[2] == 0x2E
    }

    /// The ranges between the dots.
    static func segments(_ token: [UInt8]) -> [Range<Int>] {
        token.split(separator: 0x2E, omittingEmptySubsequences: false).map { $0.startIndex..<$0.endIndex }
    }

    /// The object in a segment, and what is wrong with it.
    static func document(
        _ token: [UInt8], _ range: Range<Int>, name: String, into inspection: inout TokenInspection
    ) -> InspectedDocument? {
        switch SegmentReader.decode(token, range, name: name) {
        case .problem(let problem):
            inspection.complain(problem)
            return nil
        case .bytes(let bytes):
            return InspectedDocument.read(bytes, name: name, problems: &inspection.problems)
        }
    }
}
