internal import Bytes
internal import JSON

extension TokenContent {
    /// Appends the claims as a JSON object.
    func write(to buffer: inout ByteBuffer, datesAreText: Bool, nowUnixSeconds now: Int64) throws(IssueError) {
        let (expires, overflows) = now.addingReportingOverflow(lifetimeSeconds)
        guard lifetimeSeconds >= 1, !overflows, now >= 0, expires <= Self.endOfYear9999 else { throw .invalidLifetime }
        var text = ByteBuffer(capacity: 256)
        var writer = JSONObjectWriter(into: &buffer)
        if let issuer { Self.append("iss", issuer, &text, &writer, &buffer) }
        Self.append("sub", subject, &text, &writer, &buffer)
        guard text.bytes.isSubject else { throw .invalidSubject }
        if let audience { Self.append("aud", audience, &text, &writer, &buffer) }
        Self.append("iat", date: now, asText: datesAreText, &writer, &buffer)
        Self.append("exp", date: expires, asText: datesAreText, &writer, &buffer)
        if let tokenID {
            Self.append("jti", tokenID, &text, &writer, &buffer)
        } else {
            Self.appendTokenID(&text, &writer, &buffer)
        }
        if !scope.isEmpty {
            guard scope.split(separator: " ", omittingEmptySubsequences: false).allSatisfy(ScopeRegistry.isName) else {
                throw .invalidScope
            }
            Self.append("scope", scope, &text, &writer, &buffer)
        }
        if let certificateHash { Self.append(certificateHash, &writer, &buffer) }
        if otherClaims != "{}" { try appendOtherClaims(&buffer) }
        writer.finish(into: &buffer)
    }

    /// Appends a member; its value is then in `text`, too.
    private static func append(
        _ name: StaticString, _ value: String, _ text: inout ByteBuffer, _ writer: inout JSONObjectWriter,
        _ buffer: inout ByteBuffer
    ) {
        text.removeAll()
        text.append(value)
        writer.append(name, string: text.bytes, into: &buffer)
    }

    private static func append(
        _ certificateHash: InlineArray<32, UInt8>, _ writer: inout JSONObjectWriter, _ buffer: inout ByteBuffer
    ) {
        let thumbprint = CertificateThumbprint(certificateHash)
        writer.append(name: "cnf", into: &buffer)
        var confirmation = JSONObjectWriter(into: &buffer)
        confirmation.append("x5t#S256", string: thumbprint.bytes, into: &buffer)
        confirmation.finish(into: &buffer)
    }

    private static func append(
        _ name: StaticString, date seconds: Int64, asText: Bool, _ writer: inout JSONObjectWriter,
        _ buffer: inout ByteBuffer
    ) {
        guard asText else { return writer.append(name, integer: seconds, into: &buffer) }
        writer.append(name: name, into: &buffer)
        buffer.append(0x22)
        RFC3339.append(seconds, to: &buffer)
        buffer.append(0x22)
    }

    private static func appendTokenID(
        _ text: inout ByteBuffer, _ writer: inout JSONObjectWriter, _ buffer: inout ByteBuffer
    ) {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        var span = bytes.mutableSpan
        // SAFETY: a byte has no padding.
        var target = unsafe span.mutableBytes
        Random.fill(&target)
        text.removeAll()
        Base64URL.encode(bytes.span.raw, into: &text)
        writer.append("jti", string: text.bytes, into: &buffer)
    }

    /// Appends the members of `otherClaims` behind those that are there, just as they are written.
    private func appendOtherClaims(_ buffer: inout ByteBuffer) throws(IssueError) {
        var text = ByteBuffer(capacity: 256)
        text.append(otherClaims)
        guard let count = Self.countOfForeignMembers(text.bytes),
            let start = otherClaims.utf8.firstIndex(of: 0x7B), let end = otherClaims.utf8.lastIndex(of: 0x7D)
        else { throw .invalidClaims }
        guard count > 0 else { return }
        buffer.append(0x2C)
        buffer.append(String(otherClaims[start..<end].dropFirst()))
    }

    /// How many members an object has; nil when it is none, or has one that tokens get from the other properties.
    private static func countOfForeignMembers(_ text: RawSpan) -> Int? {
        var tape = JSONTape()
        do throws(JSONError) {
            let document = try tape.parse(text)
            guard document.kind == .object else { return nil }
            for name: StaticString in ["iss", "sub", "aud", "iat", "exp", "jti", "scope", "cnf"] {
                if document.member(name) != nil { return nil }
            }
            return document.count
        } catch {
            return nil
        }
    }

    private static let endOfYear9999: Int64 = 253_402_300_799
}
