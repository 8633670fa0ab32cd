import Tokens

/// The compact form of a JWS (RFC 7515).
enum JWTInspector {
    static func inspect(_ token: [UInt8], into inspection: inout TokenInspection) {
        let segments = TokenInspector.segments(token)
        guard segments.count > 1 else { return inspection.complain("without a dot this is neither a JWT nor a PASETO") }
        inspection.kind = segments.count == 5 ? "JWE, an encrypted token" : "JWT"
        switch segments.count {
        case 3: break
        case 5: inspection.complain("an encrypted token (JWE, five segments) is no token here")
        default: inspection.complain("a JWT has three segments with dots between them; this has \(segments.count)")
        }
        inspection.header = TokenInspector.document(token, segments[0], name: "header", into: &inspection)
        guard segments.count != 5 else { return }
        inspection.claims = TokenInspector.document(token, segments[1], name: "claims", into: &inspection)
        if segments.count >= 3 { inspectSignature(token, segments[2], &inspection) }
        if let header = inspection.header { inspectHeader(header, &inspection) }
    }

    private static func inspectHeader(_ header: InspectedDocument, _ inspection: inout TokenInspection) {
        let algorithm = header["alg"]?.text
        switch algorithm {
        case nil: inspection.complain("header: alg is missing, or no text")
        case let name? where name.lowercased() == "none":
            inspection.complain("header: alg is none: nobody has signed this")
        case let name? where !Algorithm.allCases.contains { "\($0)" == name }:
            inspection.complain("header: alg is \(TerminalText.escaped(name)), which is not known here")
        default: break
        }
        for name in ["crit", "b64"] where header[name] != nil {
            inspection.complain("header: \(name) asks for an extension, and none is supported")
        }
        if header["cty"]?.text?.lowercased() == "jwt" {
            inspection.complain("header: cty says that another token is inside")
        }
        for name in ["kid", "typ", "cty"] {
            if let member = header[name], member.text == nil { inspection.complain("header: \(name) is no text") }
        }
        for name in ["jwk", "jku", "x5c", "x5u"] where header[name] != nil {
            inspection.notes.append("\(name) in the header brings its own key: it is never used")
        }
    }

    private static func inspectSignature(
        _ token: [UInt8], _ range: Range<Int>, _ inspection: inout TokenInspection
    ) {
        guard !range.isEmpty else { return inspection.complain("signature: there is none") }
        switch SegmentReader.decode(token, range, name: "signature") {
        case .problem(let problem): inspection.complain(problem)
        case .bytes(let bytes):
            inspection.notes.append("signature of \(bytes.count) bytes")
            if bytes.allSatisfy({ $0 == 0 }) { inspection.complain("signature: nothing but zeros") }
        }
    }
}
