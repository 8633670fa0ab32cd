import Tokens

/// A PASETO: `vN.purpose.body`, and maybe a footer.
enum PASETOInspector {
    static func inspect(_ token: [UInt8], into inspection: inout TokenInspection) {
        let segments = TokenInspector.segments(token)
        let purpose = segments.count > 1 ? String(decoding: token[segments[1]], as: UTF8.self) : ""
        let version = token[1] - 0x30
        let name = "v\(version).\(purpose)"
        inspection.kind = "PASETO \(TerminalText.escaped(name))"
        guard 3...4 ~= segments.count else {
            return inspection.complain(
                "a PASETO has three or four parts with dots between them; this has \(segments.count)")
        }
        if !Algorithm.allCases.contains(where: { "\($0)" == name }) {
            inspection.complain("\(TerminalText.escaped(name)) is not supported here")
        }
        inspectBody(
            token, segments[2], signatureBytes: purpose == "public" ? signatureBytes(version) : nil, &inspection)
        guard segments.count == 4 else { return }
        inspectFooter(token, segments[3], &inspection)
    }

    /// How long a signature is, in bytes; nil for a version that there is not.
    private static func signatureBytes(_ version: UInt8) -> Int? {
        switch version {
        case 1: 256
        case 2, 4: 64
        case 3: 96
        default: nil
        }
    }

    private static func inspectBody(
        _ token: [UInt8], _ range: Range<Int>, signatureBytes: Int?, _ inspection: inout TokenInspection
    ) {
        switch SegmentReader.decode(token, range, name: "body") {
        case .problem(let problem): inspection.complain(problem)
        case .bytes(let bytes):
            guard let signatureBytes else {
                inspection.notes.append("body of \(bytes.count) bytes, encrypted: only the key can open it")
                return
            }
            guard bytes.count >= signatureBytes else {
                return inspection.complain("body: with \(bytes.count) bytes it is shorter than a signature")
            }
            inspection.notes.append("signature of \(signatureBytes) bytes")
            inspection.claims = InspectedDocument.read(
                Array(bytes.dropLast(signatureBytes)), name: "claims", problems: &inspection.problems)
        }
    }

    private static func inspectFooter(
        _ token: [UInt8], _ range: Range<Int>, _ inspection: inout TokenInspection
    ) {
        guard !range.isEmpty else { return inspection.complain("footer: a dot with nothing behind it") }
        switch SegmentReader.decode(token, range, name: "footer") {
        case .problem(let problem): inspection.complain(problem)
        case .bytes(let bytes) where bytes.first == 0x7B:
            inspection.headerIsFooter = true
            inspection.header = InspectedDocument.read(bytes, name: "footer", problems: &inspection.problems)
        case .bytes(let bytes): inspection.notes.append("footer of \(bytes.count) bytes that is no JSON object")
        }
    }
}
