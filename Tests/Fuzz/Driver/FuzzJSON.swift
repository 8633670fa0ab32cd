import Bytes
import JSON

/// A document means the same after it was read and written back, whatever its limits, and stops being one when its end
/// is missing. Any bytes at all can be written as a string.
func fuzzJSON(_ bytes: RawSpan) {
    var choices = Choices(of: bytes)
    requireWritable(bytes)
    var tape = JSONTape(nodes: 1)
    let refusal = fault(in: bytes, .standard)
    do throws(JSONError) {
        let root = try tape.parse(bytes, limits: .permissive)
        let duplicates = root.requireSound(in: bytes)
        requireAllOfIt(root, bytes)
        requireSameRespelled(root, duplicates, &choices)
        requireNeedsItsEnd(root, bytes, &choices)
        switch refusal?.reason {
        case nil:
            require(!duplicates, "a member that comes twice is refused")
            requireSameInUsedTape(root, bytes)
            requireReadBack(root)
        case .duplicateMember: require(duplicates, "no member is refused for another one's name")
        case .depthExceeded, .tooManyMembers, .tooManyNodes, .documentTooLarge: break
        default: fail("limits don't change what is refused for its form")
        }
    } catch {
        guard let refusal else { fail("what narrow limits take, wide ones take") }
        require((0...bytes.byteCount).contains(error.offset), "a fault stands in the document")
        require(refusal == error || refusal.reason.isAboutLimits, "the same fault is named under any limits")
    }
    requireLimited(bytes, refusal)
}

extension JSONLimits {
    static let standard = JSONLimits()

    /// Limits that small inputs run into.
    static let tight = JSONLimits(depth: 3, membersInObject: 3, nodes: 12, documentBytes: 96)

    /// Limits that only what must be refused for its form runs into.
    static let permissive = JSONLimits(
        depth: 512, membersInObject: .max, nodes: .max, documentBytes: .max, refusesDuplicateMembers: false)
}

extension JSONError.Reason {
    fileprivate var isAboutLimits: Bool {
        switch self {
        case .duplicateMember, .depthExceeded, .tooManyMembers, .tooManyNodes, .documentTooLarge: true
        default: false
        }
    }
}

private func fault(in bytes: RawSpan, _ limits: JSONLimits) -> JSONError? {
    var tape = JSONTape(nodes: 1)
    do throws(JSONError) {
        _ = try tape.parse(bytes, limits: limits)
        return nil
    } catch {
        return error
    }
}

/// What tight limits say, against what the standard ones said.
private func requireLimited(_ bytes: RawSpan, _ standard: JSONError?) {
    let tight = fault(in: bytes, .tight)
    guard let tight else { return require(standard == nil, "what tight limits take, wider ones take") }
    require((0...bytes.byteCount).contains(tight.offset), "a fault stands in the document")
    if tight == standard { return }
    require(tight.reason.isAboutLimits, "tight limits refuse for themselves only")
    if let standard, standard.reason != .duplicateMember {
        require(tight.reason == .documentTooLarge || tight.offset <= standard.offset, "the first fault is named")
    }
}

/// What was read is the document, token for token: nothing was skipped, and nothing stands there that no value has.
private func requireAllOfIt(_ root: JSONValue, _ bytes: RawSpan) {
    var read = ByteBuffer(capacity: bytes.byteCount)
    root.spell(into: &read) { $1.append($0.raw) }
    var written = ByteBuffer(capacity: bytes.byteCount)
    var isInString = false
    var isEscaped = false
    for offset in 0..<bytes.byteCount {
        let byte = bytes[offset]
        if byte == 0x22, !isEscaped { isInString.toggle() }
        isEscaped = isInString && byte == 0x5C && !isEscaped
        if isInString || !byte.isJSONWhitespace { written.append(byte) }
    }
    require(read.bytes.equals(written.bytes), "what was read is all that stands in the document")
}

/// Writes a tree with the module's own writers, and reads it again.
private func requireReadBack(_ root: JSONValue) {
    var written = ByteBuffer(capacity: 256)
    root.write(to: &written)
    var tape = JSONTape(nodes: 1)
    do throws(JSONError) {
        let again = try tape.parse(written.bytes, limits: .unlimited)
        require(root.means(again), "a document that is written back means the same")
        var rewritten = ByteBuffer(capacity: 256)
        again.write(to: &rewritten)
        require(rewritten.bytes.equals(written.bytes), "what was written once is written the same again")
    } catch {
        fail("a document that is written back is taken")
    }
}

/// Writes a tree with other escapes, and reads it again: neither its meaning nor its duplicates hide behind them.
private func requireSameRespelled(_ root: JSONValue, _ duplicates: Bool, _ choices: inout Choices) {
    var spelled = ByteBuffer(capacity: 256)
    root.spell(into: &spelled) { $0.respell(into: &$1, &choices) }
    var tape = JSONTape(nodes: 1)
    do throws(JSONError) {
        let again = try tape.parse(spelled.bytes, limits: .permissive)
        require(root.means(again), "a string means the same however it is written")
    } catch {
        fail("a document that is spelled otherwise is taken")
    }
    let refusal = fault(in: spelled.bytes, .unlimited)
    require(refusal?.reason == (duplicates ? .duplicateMember : nil), "no escape hides a member's name")
}

extension JSONLimits {
    /// For what is written: escapes may make it longer than the default allows, and names must still differ.
    fileprivate static let unlimited = JSONLimits(
        depth: 512, membersInObject: .max, nodes: .max, documentBytes: .max)
}

/// Cuts a document short at some places, and puts a byte behind it.
private func requireNeedsItsEnd(_ root: JSONValue, _ bytes: RawSpan, _ choices: inout Choices) {
    var longer = ByteBuffer(copying: bytes)
    longer.append(0x5D)
    let behind = fault(in: longer.bytes, .permissive)
    require(behind?.reason == .trailingBytes && behind?.offset == bytes.byteCount, "nothing follows a document")
    // A number is one, too, without its last digits.
    guard root.kind != .number else { return }
    var end = bytes.byteCount
    while bytes[end - 1].isJSONWhitespace { end -= 1 }
    for length in [end - 1, choices.next(below: end), choices.next(below: end), choices.next(below: end)] {
        guard let error = fault(in: bytes.extracting(first: length), .permissive) else {
            fail("a document without its end is none")
        }
        require(error.offset <= length, "a fault stands in the document")
    }
}

/// Reads a document under the standard limits, with a tape in which others have left their traces.
private func requireSameInUsedTape(_ root: JSONValue, _ bytes: RawSpan) {
    var tape = JSONTape(nodes: 4)
    let others: [StaticString] = [#"{"a":[1,2,{"b":null}],"\u0061b":{"c":"d"},"e":false}"#, #"[{"a":1,"a"#]
    for other in others {
        do throws(JSONError) { _ = try tape.parse(other.bytes) } catch { continue }
    }
    do throws(JSONError) {
        let again = try tape.parse(bytes, limits: .standard)
        require(root.means(again), "neither limits nor a used tape change what is taken")
    } catch {
        fail("a document is taken again")
    }
}

/// Writes any bytes as a string, which reads as what the standard library makes of them.
private func requireWritable(_ bytes: RawSpan) {
    var written = ByteBuffer(capacity: bytes.byteCount + 2)
    written.append(jsonString: bytes)
    for offset in 0..<written.count {
        let byte = written.bytes[offset]
        require(byte >= 0x20 && byte != 0x7F, "a written string has no control characters")
    }
    var tape = JSONTape(nodes: 1)
    do throws(JSONError) {
        guard let string = try tape.parse(written.bytes, limits: .permissive).asString else {
            fail("a written string is a string")
        }
        var value = ByteBuffer(capacity: bytes.byteCount)
        string.append(to: &value)
        require(value.bytes.array == Array(String(bytes).utf8), "a written string is read as what it was")
        require(string.equals(value.bytes), "a string equals its value")
    } catch {
        fail("a written string is taken")
    }
}

extension UInt8 {
    fileprivate var isJSONWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
