import Testing

@testable import JSON

@Suite("A number as a decodable type")
struct JSONDecodingNumberTests {
    @Test("is exact at both ends of every integer, and refused beyond")
    func integerBounds() throws {
        try checkBounds(Int8.self)
        try checkBounds(Int16.self)
        try checkBounds(Int32.self)
        try checkBounds(Int64.self)
        try checkBounds(Int.self)
        try checkBounds(Int128.self)
        try checkBounds(UInt8.self)
        try checkBounds(UInt16.self)
        try checkBounds(UInt32.self)
        try checkBounds(UInt64.self)
        try checkBounds(UInt.self)
        try checkBounds(UInt128.self)
    }

    private func checkBounds<Value: FixedWidthInteger & Decodable>(_ type: Value.Type) throws {
        for bound in [Value.min, .max, 0, 1] {
            #expect(try decoded([Value].self, "[\(bound)]") == [bound])
            #expect(try decoded([String: Value].self, "{\"a\":\(bound).0}") == ["a": bound])
            #expect(try decoded(Value.self, "\(bound).00e+0") == bound)
        }
        let outOfRange = JSONDecodingError(pointer: "/0", reason: .outOfRange)
        // Every bound ends in a digit below 9, or is 0.
        let beyond = "\(Value.max)".dropLast() + "9"
        #expect(refusal(of: [Value].self, "[\(beyond)]") == outOfRange)
        let below = Value.isSigned ? "\(Value.min)".dropLast() + "9" : "-1"
        #expect(refusal(of: [Value].self, "[\(below)]") == outOfRange)
        #expect(refusal(of: [Value].self, "[\(Value.max)0]") == outOfRange)
        #expect(refusal(of: [Value].self, "[1e1000000000000000000000]") == outOfRange)
        let notAnInteger = JSONDecodingError(pointer: "/0", reason: .notAnInteger)
        #expect(refusal(of: [Value].self, "[\(Value.max).5]") == notAnInteger)
        #expect(refusal(of: [Value].self, "[5e-1]") == notAnInteger)
    }

    @Test(
        "is whole however it is written",
        arguments: [
            ("1e3", 1000), ("1.5e1", 15), ("-0", 0), ("-0.0e-7", 0), ("0e99999999999999999999", 0), ("100e-2", 1),
            ("9007199254740993.0", 9_007_199_254_740_993), ("0.9007199254740993e16", 9_007_199_254_740_993),
            ("-9223372036854775808", .min), ("-9.223372036854775808e18", .min), ("9.223372036854775807E+18", .max),
            ("1" + String(repeating: "0", count: 5000) + "e-5000", 1),
            ("0." + String(repeating: "0", count: 5000) + "7e5001", 7),
        ] as [(String, Int64)])
    func wholeNumbers(text: String, value: Int64) throws {
        #expect(try decoded(Int64.self, text) == value)
    }

    @Test("is the nearest of its type, rounded once")
    func floatingPoint() throws {
        #expect(try decoded(Double.self, "0.1") == 0.1)
        #expect(try decoded(Double.self, "9007199254740993") == 9_007_199_254_740_992)
        #expect(try decoded(Double.self, "-0").sign == .minus)
        #expect(try decoded(Double.self, "1e-400") == 0)
        #expect(try decoded(Float.self, "3.4028235e38") == .greatestFiniteMagnitude)
        // Halfway between two floats as a double, and above it as it is written.
        #expect(try decoded(Float.self, "1.00000005960464477540") == Float(1).nextUp)
        #expect(refusal(of: Double.self, "1e400") == JSONDecodingError(pointer: "", reason: .outOfRange))
        #expect(refusal(of: Float.self, "-3.5e38") == JSONDecodingError(pointer: "", reason: .outOfRange))
    }
}
