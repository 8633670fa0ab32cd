public import Bytes
internal import JSON

extension Revocation {
    /// Appends the line of a journal, with its newline.
    public func append(to buffer: inout ByteBuffer) {
        var writer = JSONObjectWriter(into: &buffer)
        switch self {
        case .token(let id, let until):
            Self.append("token", id, &writer, &buffer)
            writer.append("until", integer: until, into: &buffer)
        case .subject(let subject, let issuer, let before, let until):
            Self.append("subject", subject, &writer, &buffer)
            if let issuer { Self.append("issuer", issuer, &writer, &buffer) }
            writer.append("issued_before", integer: before, into: &buffer)
            writer.append("until", integer: until, into: &buffer)
        case .key(let id): Self.append("key", id.text, &writer, &buffer)
        case .issuedBefore(let before): writer.append("issued_before", integer: before, into: &buffer)
        }
        writer.finish(into: &buffer)
        buffer.append(0x0A)
    }

    private static func append(
        _ name: StaticString, _ text: String, _ writer: inout JSONObjectWriter, _ buffer: inout ByteBuffer
    ) {
        var bytes = ByteBuffer(capacity: 64)
        bytes.append(text)
        writer.append(name, string: bytes.bytes, into: &buffer)
    }

    /// The revocation that a line of a journal, with its newline or without, tells of; nil when it is none, or has a text that
    /// can't be revoked.
    public init?(journalLine line: RawSpan) {
        var tape = JSONTape(nodes: 16)
        guard let revocation = Self.read(line, with: &tape), revocation.isWritable else { return nil }
        self = revocation
    }

    /// The revocation in a line of a journal, without its newline; nil when it is none.
    static func read(_ line: RawSpan, with tape: inout JSONTape) -> Revocation? {
        do throws(JSONError) {
            return try revocation(in: tape.parse(line))
        } catch {
            return nil
        }
    }

    private static func revocation(in line: borrowing JSONValue) -> Revocation? {
        guard line.kind == .object else { return nil }
        if let member = line.member("key") { return text(member).flatMap { try? KeyID($0) }.map(Revocation.key) }
        let until = seconds("until", line)
        if let member = line.member("token") {
            guard let id = text(member), let until else { return nil }
            return .token(id: id, untilUnixSeconds: until)
        }
        guard let before = seconds("issued_before", line) else { return nil }
        guard let member = line.member("subject") else { return .issuedBefore(unixSeconds: before) }
        guard let subject = text(member), let until else { return nil }
        var issuer: String?
        if let member = line.member("issuer") {
            guard let text = text(member) else { return nil }
            issuer = text
        }
        return .subject(subject, issuer: issuer, issuedBeforeUnixSeconds: before, untilUnixSeconds: until)
    }

    private static func text(_ value: borrowing JSONValue) -> String? {
        var buffer = ByteBuffer(capacity: 64)
        guard let string = value.asString else { return nil }
        string.append(to: &buffer)
        return String(buffer.bytes)
    }

    private static func seconds(_ name: StaticString, _ line: borrowing JSONValue) -> Int64? {
        guard let member = line.member(name) else { return nil }
        return NumericDate.unixSeconds(member)
    }
}
