extension JSONScalar where Self: FixedWidthInteger {
    static var kind: JSONKind { .number }

    init?(json value: JSONValue) {
        if let small = value.asInteger {
            self.init(exactly: small)
            return
        }
        guard let number = JSONDecimal(value), let magnitude = number.wholeMagnitude else { return nil }
        guard number.isNegative else {
            self.init(exactly: magnitude)
            return
        }
        // In two's complement, so that the least Int128, which has no opposite, is met too.
        let negative = Int128(truncatingIfNeeded: 0 &- magnitude)
        guard negative <= 0 else { return nil }
        self.init(exactly: negative)
    }

    static func misfit(of value: JSONValue) -> JSONDecodingError.Reason {
        JSONDecimal(value)?.isWhole == true ? .outOfRange : .notAnInteger
    }
}

extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension Int128: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}
extension UInt128: JSONScalar {}
