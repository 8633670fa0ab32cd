import Bytes
import Testing

@testable import Ringfort

@Suite("A range of addresses")
struct AddressRangeTests {
    @Test(
        "holds the addresses that share its prefix, and no other",
        arguments: [
            ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0", "::a00:1"]),
            ("192.0.2.1", ["192.0.2.1"], ["192.0.2.0", "192.0.2.2"]),
            ("192.0.2.0/31", ["192.0.2.0", "192.0.2.1"], ["192.0.2.2"]),
            ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"], ["::1"]),
            ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db9::", "0.0.0.0"]),
            ("2001:db8::1/128", ["2001:db8::1"], ["2001:db8::2"]),
            ("::/0", ["::1", "ffff::"], ["127.0.0.1"]),
        ])
    func contains(text: String, inside: [String], outside: [String]) throws {
        let range = try #require(AddressRange(text))
        for address in inside { #expect(range.contains(try #require(PeerAddress(address))), "\(address)") }
        for address in outside { #expect(!range.contains(try #require(PeerAddress(address))), "\(address)") }
        #expect(range.description == text)
    }

    @Test(
        "refuses what is none, and an address with bits behind its prefix",
        arguments: [
            "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.1/8",
            "2001:db8::/129", "2001:db8::1/64", "::ffff:10.0.0.0/104", "10.0.0", "10.0.0.256", "010.0.0.1", "[::1]",
            "localhost", " 10.0.0.0/8", "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa",
        ])
    func refuses(text: String) {
        #expect(AddressRange(text) == nil)
    }
}

extension PeerAddress {
    init?(_ text: String) { self.init(parsing: Array(text.utf8).span.raw) }
}
