internal import Bytes

/// The grammar of RFC 8259 over a scanner's bytes, without recursion: what is open is linked through the tape.
///
/// The scanner is a value of the loop's own, which is handed to inlined functions only: so its offset stays in a register.
struct JSONParser {
    private let limits: JSONLimits
    /// How many containers are open.
    private var depth = 0
    /// The innermost open container's node. Meaningless while `depth` is 0.
    private var container = 0
    private var containerIsObject = false
    /// Whether nothing but a member's name may come next.
    private var awaitsName = false
    /// How many elements or members the innermost open container has so far, the present one included.
    private var children = 0

    init(limits: JSONLimits) { self.limits = limits }

    /// Reads one value and the white space around it, to the end of `bytes`.
    mutating func parseDocument(_ bytes: RawSpan, into tape: inout JSONTape) throws(JSONError) {
        guard bytes.byteCount <= limits.documentBytes else {
            throw JSONError(.documentTooLarge, at: limits.documentBytes)
        }
        guard bytes.isEmpty || bytes[0] != 0xEF || !bytes.starts(with: "\u{FEFF}") else {
            throw JSONError(.byteOrderMark, at: 0)
        }
        var scanner = JSONScanner(bytes)
        repeat {
            while try contentFollows(&scanner, in: &tape) {}
            while try closesContainer(&scanner, in: &tape) {}
        } while try memberFollows(&scanner)
        guard scanner.offset == bytes.byteCount else { throw scanner.failure(.trailingBytes) }
    }

    /// Reads a member's name, a scalar or an empty container, or opens one that has content; says whether a value or a name
    /// must follow at once.
    ///
    /// Names and values share the code for strings, which is most of what there is to be read.
    @inline(__always)
    private mutating func contentFollows(
        _ scanner: inout JSONScanner, in tape: inout JSONTape
    ) throws(JSONError) -> Bool {
        scanner.skipWhitespace()
        guard tape.count < limits.nodes else { throw scanner.failure(.tooManyNodes) }
        guard scanner.byte == 0x22 else {
            guard !awaitsName else { throw scanner.failure(.unexpectedByte) }
            // On a copy: a scanner whose address nobody has stays in registers.
            var other = scanner
            let isOpened = try opensContainer(&other, in: &tape)
            scanner.offset = other.offset
            return isOpened
        }
        guard !awaitsName || children <= limits.membersInObject else { throw scanner.failure(.tooManyMembers) }
        let start = scanner.offset &+ 1
        let form = try scanner.skipString(isName: awaitsName)
        Self.appendScalar(form, from: start, to: scanner.offset &- 1, in: &tape)
        guard awaitsName else { return false }
        scanner.skipWhitespace()
        guard scanner.byte == 0x3A else { throw scanner.failure(.unexpectedByte) }
        scanner.offset &+= 1
        awaitsName = false
        return true
    }

    /// Reads a scalar other than a string, or an empty container, or opens one that has content; says whether it did that.
    @inline(__always)
    private mutating func opensContainer(
        _ scanner: inout JSONScanner, in tape: inout JSONTape
    ) throws(JSONError) -> Bool {
        let start = scanner.offset
        switch scanner.byte {
        case 0x2D, 0x30...0x39:
            let form = try scanner.skipNumber()
            Self.appendScalar(form, from: start, to: scanner.offset, in: &tape)
        case 0x7B:
            return try open(.object, &scanner, closedBy: 0x7D, in: &tape)
        case 0x5B:
            return try open(.array, &scanner, closedBy: 0x5D, in: &tape)
        case 0x74, 0x66, 0x6E:
            let form = try scanner.skipLiteral()
            Self.appendScalar(form, from: start, to: scanner.offset, in: &tape)
        default:
            throw scanner.failure(.unexpectedByte)
        }
        return false
    }

    /// Closes the innermost container, if it ends here; says whether it did.
    @inline(__always)
    private mutating func closesContainer(
        _ scanner: inout JSONScanner, in tape: inout JSONTape
    ) throws(JSONError) -> Bool {
        scanner.skipWhitespace()
        guard depth > 0, scanner.byte == (containerIsObject ? 0x7D : 0x5D) else { return false }
        scanner.offset &+= 1
        try close(in: &tape, scanner.bytes)
        return true
    }

    /// Reads a comma; says whether there was one.
    @inline(__always)
    private mutating func memberFollows(_ scanner: inout JSONScanner) throws(JSONError) -> Bool {
        guard depth > 0 else { return false }
        guard scanner.byte == 0x2C else { throw scanner.failure(.unexpectedByte) }
        scanner.offset &+= 1
        children &+= 1
        awaitsName = containerIsObject
        return true
    }

    @inline(__always)
    private mutating func open(
        _ form: JSONNode.Form, _ scanner: inout JSONScanner, closedBy closing: UInt8, in tape: inout JSONTape
    ) throws(JSONError) -> Bool {
        guard depth < limits.depth else { throw scanner.failure(.depthExceeded) }
        let start = scanner.offset
        scanner.offset &+= 1
        scanner.skipWhitespace()
        if scanner.byte == closing {
            scanner.offset &+= 1
            _ = tape.append(JSONNode(form, offset: start, length: 0, next: tape.count &+ 1))
            return false
        }
        if depth > 0 { tape.nodes[container].length = UInt32(truncatingIfNeeded: children) }
        container = tape.append(JSONNode(form, offset: start, length: 0, next: container))
        depth &+= 1
        children = 1
        containerIsObject = form == .object
        awaitsName = containerIsObject
        return true
    }

    @inline(never)
    private mutating func close(in tape: inout JSONTape, _ bytes: RawSpan) throws(JSONError) {
        let parent = Int(tape.nodes[container].next)
        tape.nodes[container].length = UInt32(truncatingIfNeeded: children)
        tape.nodes[container].next = UInt32(truncatingIfNeeded: tape.count)
        if containerIsObject && children > 1 && limits.refusesDuplicateMembers {
            try tape.refuseDuplicateNames(ofObjectAt: container, in: bytes)
        }
        depth &-= 1
        container = parent
        guard depth > 0 else { return }
        children = Int(tape.nodes[parent].length)
        containerIsObject = tape.nodes[parent].form == .object
    }

    @inline(__always)
    private static func appendScalar(
        _ form: JSONNode.Form, from start: Int, to end: Int, in tape: inout JSONTape
    ) {
        _ = tape.append(JSONNode(form, offset: start, length: end &- start, next: tape.count &+ 1))
    }
}
