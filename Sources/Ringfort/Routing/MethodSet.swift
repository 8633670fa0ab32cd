public import Bytes
public import HTTPWire

/// A set of request methods, as an `Allow` header names them (RFC 9110 section 10.2.1).
public struct MethodSet: Sendable, Equatable {
    // INVARIANT: bit n stands for the method whose raw value is n; no other bit is set.
    private var bits: UInt16

    /// No method at all.
    public init() { bits = 0 }

    /// The methods given.
    public init(_ methods: HTTPWire.Method...) {
        self.init()
        for method in methods { insert(method) }
    }

    /// Whether no method is in it.
    public var isEmpty: Bool { bits == 0 }

    /// Whether `method` is in it. O(1).
    public func contains(_ method: HTTPWire.Method) -> Bool { bits & Self.bit(method) != 0 }

    /// Adds `method`. O(1).
    public mutating func insert(_ method: HTTPWire.Method) { bits |= Self.bit(method) }

    /// The methods that are in one of the two. O(1).
    public func union(_ other: MethodSet) -> MethodSet {
        var union = self
        union.bits |= other.bits
        return union
    }

    /// Appends the methods in a fixed order, separated by a comma and a space.
    public func write(into buffer: inout ByteBuffer) {
        var rest = bits
        while let method = HTTPWire.Method(rawValue: UInt8(rest.trailingZeroBitCount)) {
            buffer.append(method.name)
            rest &= rest - 1
            if rest != 0 { buffer.append(", ") }
        }
    }

    private static func bit(_ method: HTTPWire.Method) -> UInt16 { 1 << UInt16(method.rawValue) }
}
