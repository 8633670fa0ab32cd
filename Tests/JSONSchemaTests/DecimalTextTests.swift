import Bytes
import Testing

@testable import JSONSchema

@Suite("A decimal that is read as it is written")
struct DecimalTextTests {
    @Test(
        "is ordered by its value, however long it is",
        arguments: [
            ("0", "-0", 0), ("0.000", "0e99", 0), ("1", "1.0", 0), ("100", "1e2", 0), ("0.01", "1E-2", 0),
            ("12.50", "1.25e1", 0), ("1", "2", -1), ("-1", "-2", 1), ("-1", "1", -1), ("0", "-1", 1), ("0", "1", -1),
            ("9007199254740993", "9007199254740992", 1), ("0.1", "0.10000000000000000000000001", -1),
            ("18446744073709551615", "18446744073709551616", -1), ("1e400", "2e400", -1), ("1e-400", "0", 1),
            ("-1e400", "-1e401", 1), ("1e99999999999999999999", "5", 1), ("1e-99999999999999999999", "5", -1),
            ("10.01", "10.001", 1), ("1.2", "1.19999", 1),
        ])
    func order(left: String, right: String, expected: Int) {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        let forward = DecimalText(left.span.raw).compared(to: DecimalText(right.span.raw))
        let backward = DecimalText(right.span.raw).compared(to: DecimalText(left.span.raw))
        #expect(forward == expected)
        #expect(backward == -expected)
    }

    @Test(
        "is a multiple, exactly",
        arguments: [
            ("10", "2", true), ("7", "2", false), ("0", "3", true), ("0.0075", "0.0001", true),
            ("0.00751", "0.0001", false), ("19.99", "0.01", true), ("1.1", "0.1", true), ("4.35", "0.01", true),
            ("1e308", "0.5", true), ("1e308", "0.123456789", false), ("12391239123", "1e-8", true),
            ("1e1000000", "7", false), ("7e1000000", "7", true), ("-9", "3", true), ("1", "10", false),
            ("20", "10", true), ("30.0", "1e1", true), ("0.5", "1", false),
            ("340282366920938463463374607431768211456", "2", true),
            ("340282366920938463463374607431768211457", "2", false), ("1e-1", "1", false), ("3", "1.5", true),
            ("999999999999999999000", "999999999999999999", true),
        ])
    func multiples(number: String, divisor: String, expected: Bool) throws {
        let number = Array(number.utf8)
        let divisor = Array(divisor.utf8)
        let read = DecimalDivisor(DecimalText(divisor.span.raw))
        let divides = try #require(read).divides(DecimalText(number.span.raw))
        #expect(divides == expected)
    }

    @Test(
        "is an integer when nothing stands behind the point",
        arguments: [
            ("1", true), ("1.0", true), ("1e2", true), ("1.5e1", true), ("1.5", false), ("1e-1", false),
            ("10e-1", true),
            ("0.0", true), ("0e-5", true), ("-3.00", true), ("1e400", true), ("1.25e1", false),
        ])
    func integers(number: String, expected: Bool) {
        let number = Array(number.utf8)
        let isInteger = DecimalText(number.span.raw).isInteger
        #expect(isInteger == expected)
    }
}
