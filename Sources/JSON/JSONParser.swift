internal import Bytes

/// The grammar of RFC 8259 over a scanner's bytes, without recursion: what is open is linked through the tape.
struct JSONParser: ~Escapable {
    private var scanner: JSONScanner
    private let limits: JSONLimits
    /// How many containers are open.
    private var depth = 0
    /// The innermost open container's node. Meaningless while `depth` is 0.
    private var container = 0
    private var containerIsObject = false
    /// How many elements or members the innermost open container has so far, the present one included.
    private var children = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, limits: JSONLimits) {
        scanner = JSONScanner(bytes)
        self.limits = limits
    }

    /// Reads one value and the white space around it, to the end of the bytes.
    mutating func parseDocument(into tape: inout JSONTape) throws(JSONError) {
        guard scanner.bytes.byteCount <= limits.documentBytes else {
            throw JSONError(.documentTooLarge, at: limits.documentBytes)
        }
        guard !scanner.bytes.starts(with: "\u{FEFF}") else { throw JSONError(.byteOrderMark, at: 0) }
        repeat {
            while try opensContainer(into: &tape) {}
        } while try valueFollows(in: &tape)
        guard scanner.offset == scanner.bytes.byteCount else { throw scanner.failure(.trailingBytes) }
    }

    /// Reads a scalar or an empty container, or opens one that has content; says whether it opened one.
    @inline(__always)
    private mutating func opensContainer(into tape: inout JSONTape) throws(JSONError) -> Bool {
        scanner.skipWhitespace()
        guard tape.count < limits.nodes else { throw scanner.failure(.tooManyNodes) }
        switch scanner.byte {
        case 0x22:
            try readString(into: &tape)
        case 0x2D, 0x30...0x39:
            let start = scanner.offset
            let form = try scanner.skipNumber()
            appendScalar(form, from: start, to: scanner.offset, in: &tape)
        case 0x7B:
            return try open(.object, closedBy: 0x7D, in: &tape)
        case 0x5B:
            return try open(.array, closedBy: 0x5D, in: &tape)
        case 0x74, 0x66, 0x6E:
            let start = scanner.offset
            let form = try scanner.skipLiteral()
            appendScalar(form, from: start, to: scanner.offset, in: &tape)
        default:
            throw scanner.failure(.unexpectedByte)
        }
        return false
    }

    /// Closes what ends behind a value, and reads a comma and a name; says whether another value must follow.
    @inline(__always)
    private mutating func valueFollows(in tape: inout JSONTape) throws(JSONError) -> Bool {
        while true {
            scanner.skipWhitespace()
            guard depth > 0 else { return false }
            switch scanner.byte {
            case 0x2C:
                scanner.offset &+= 1
                children &+= 1
                if containerIsObject { try readName(into: &tape) }
                return true
            case 0x7D where containerIsObject, 0x5D where !containerIsObject:
                scanner.offset &+= 1
                try close(in: &tape)
            default:
                throw scanner.failure(.unexpectedByte)
            }
        }
    }

    @inline(__always)
    private mutating func open(
        _ form: JSONNode.Form, closedBy closing: UInt8, in tape: inout JSONTape
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
        if containerIsObject { try readName(into: &tape) }
        return true
    }

    @inline(__always)
    private mutating func close(in tape: inout JSONTape) throws(JSONError) {
        let parent = Int(tape.nodes[container].next)
        tape.nodes[container].length = UInt32(truncatingIfNeeded: children)
        tape.nodes[container].next = UInt32(truncatingIfNeeded: tape.count)
        if containerIsObject && children > 1 && limits.refusesDuplicateMembers {
            try tape.refuseDuplicateNames(ofObjectAt: container, in: scanner.bytes)
        }
        depth &-= 1
        container = parent
        guard depth > 0 else { return }
        children = Int(tape.nodes[parent].length)
        containerIsObject = tape.nodes[parent].form == .object
    }

    /// Reads a member's name and its colon.
    @inline(__always)
    private mutating func readName(into tape: inout JSONTape) throws(JSONError) {
        scanner.skipWhitespace()
        guard scanner.byte == 0x22 else { throw scanner.failure(.unexpectedByte) }
        guard children <= limits.membersInObject else { throw scanner.failure(.tooManyMembers) }
        guard tape.count < limits.nodes else { throw scanner.failure(.tooManyNodes) }
        try readString(into: &tape)
        scanner.skipWhitespace()
        guard scanner.byte == 0x3A else { throw scanner.failure(.unexpectedByte) }
        scanner.offset &+= 1
    }

    @inline(__always)
    private mutating func readString(into tape: inout JSONTape) throws(JSONError) {
        let start = scanner.offset &+ 1
        let form = try scanner.skipString()
        appendScalar(form, from: start, to: scanner.offset &- 1, in: &tape)
    }

    @inline(__always)
    private func appendScalar(_ form: JSONNode.Form, from start: Int, to end: Int, in tape: inout JSONTape) {
        _ = tape.append(JSONNode(form, offset: start, length: end &- start, next: tape.count &+ 1))
    }
}
