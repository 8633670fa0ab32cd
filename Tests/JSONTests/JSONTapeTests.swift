import Bytes
import JSON
import Testing

@Suite("A tape")
struct JSONTapeTests {
    @Test("gives views of a claims set")
    func claims() throws {
        var text = ByteBuffer(capacity: 256)
        text.append(#"{"iss":"ringfort","exp":1700000000,"aud":["a","b"],"nested":{"deep":[1.5,true,null]},"s":"a\u00e9\n"}"#)
        var tape = JSONTape()
        let root = try tape.parse(text.bytes)
        #expect(root.kind == .object)
        #expect(root.count == 5)
        #expect(root.member("exp")?.asInteger == 1_700_000_000)
        let issuer = root.member("iss")?.asString?.equals("ringfort")
        #expect(issuer == true)
        let audience = root.member("aud")?.count
        #expect(audience == 2)
        let escaped = root.member("s")?.asString?.equals("aé\n")
        #expect(escaped == true)
        if let audience = root.member("aud") {
            var elements = audience.elements
            var seen = 0
            while let element = elements.next() {
                seen += 1
                #expect(element.kind == .string)
            }
            #expect(seen == 2)
        }
    }
}
