import Bytes
import JSON
import TestSupport
import Testing

@Suite("A limit")
struct JSONLimitTests {
    @Test(
        "on depth admits as many containers inside each other, and not one more",
        arguments: [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")]
    )
    func depth(opening: String, closing: String) {
        let levels = opening.count == 6 ? 2 : 1
        let limits = JSONLimits(depth: 6)
        func nested(_ count: Int) -> String {
            String(repeating: opening, count: count) + "1" + String(repeating: closing, count: count)
        }
        #expect(refusal(of: nested(6 / levels), limits: limits) == nil)
        #expect(refusal(of: nested(6 / levels + 1), limits: limits)?.reason == .depthExceeded)
    }

    @Test("on depth counts an empty container, and admits a scalar at depth 0")
    func emptyContainers() {
        #expect(refusal(of: "1", limits: JSONLimits(depth: 0)) == nil)
        #expect(refusal(of: "[]", limits: JSONLimits(depth: 0))?.reason == .depthExceeded)
        #expect(refusal(of: "[{}]", limits: JSONLimits(depth: 1))?.reason == .depthExceeded)
        #expect(refusal(of: "[[],{},[]]", limits: JSONLimits(depth: 2)) == nil)
    }

    @Test("on depth is 32 unless said otherwise, and 512 at most")
    func greatestDepth() {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(refusal(of: nested(32)) == nil)
        #expect(refusal(of: nested(33))?.offset == 32)
        #expect(refusal(of: nested(512), limits: JSONLimits(depth: .max)) == nil)
        #expect(refusal(of: nested(513), limits: JSONLimits(depth: .max))?.reason == .depthExceeded)
    }

    @Test("on depth stops at the first bracket too many", arguments: ["[", #"[{"":"#])
    func hugeNesting(opening: String) throws {
        let error = try #require(refusal(of: String(repeating: opening, count: 100_000)))
        #expect(error.reason == .depthExceeded)
        #expect(error.offset == (opening == "[" ? 32 : 16 * 5))
    }

    @Test("on members admits as many in one object, and not one more")
    func members() throws {
        func object(_ count: Int) -> String { "{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}" }
        #expect(refusal(of: object(1000)) == nil)
        #expect(refusal(of: object(1001))?.reason == .tooManyMembers)
        #expect(refusal(of: object(3), limits: JSONLimits(membersInObject: 2))?.reason == .tooManyMembers)
        #expect(refusal(of: "{}", limits: JSONLimits(membersInObject: 0)) == nil)
        #expect(refusal(of: object(1), limits: JSONLimits(membersInObject: 0))?.reason == .tooManyMembers)
        // Each object has its own count, also once another has been closed inside it.
        #expect(refusal(of: #"{"a":{"x":1,"y":2},"b":{}}"#, limits: JSONLimits(membersInObject: 2)) == nil)
        #expect(
            refusal(of: #"{"a":{"x":1},"b":{},"c":1}"#, limits: JSONLimits(membersInObject: 2))?.reason
                == .tooManyMembers)
    }

    @Test(
        "on nodes counts values and names", arguments: [("1", 1), ("[]", 1), ("[1,2]", 3), (#"{"a":[1],"b":{}}"#, 6)])
    func nodes(text: String, count: Int) {
        #expect(refusal(of: text, limits: JSONLimits(nodes: count)) == nil)
        #expect(refusal(of: text, limits: JSONLimits(nodes: count - 1))?.reason == .tooManyNodes)
    }

    @Test("on bytes counts white space too")
    func documentBytes() {
        #expect(refusal(of: " [1] ", limits: JSONLimits(documentBytes: 5)) == nil)
        #expect(refusal(of: " [1] ", limits: JSONLimits(documentBytes: 4))?.reason == .documentTooLarge)
    }
}

@Suite("A member that is named twice")
struct JSONDuplicateTests {
    @Test(
        "is refused, however its name is written",
        arguments: [
            #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"\u0061":1,"\u0061":2}"#,
            #"{"":1,"":2}"#,
            #"{"é":1,"\u00e9":2}"#, #"{"😀":1,"\uD83D\uDE00":2}"#, #"{"a/b":1,"a\/b":2}"#, #"{"\n":1,"\u000a":2}"#,
            #"{"x":{"a":1,"b":2,"a":3}}"#, #"[{},{"a":1,"a":2}]"#, #"{"a":{"b":[{}]},"c":0,"a":0}"#,
            #"{"alg":"none","typ":"JWT","alg":"HS256"}"#,
        ]
    )
    func refused(text: String) {
        #expect(refusal(of: text)?.reason == .duplicateMember)
        #expect(refusal(of: text, limits: JSONLimits(refusesDuplicateMembers: false)) == nil)
    }

    @Test(
        "is not what merely looks like it",
        arguments: [
            #"{"a":1,"A":1}"#, #"{"a":{"a":{"a":1}}}"#, #"[{"a":1},{"a":1}]"#, #"{"a":"a","b":"a"}"#,
            #"{"a":1,"a ":1}"#,
            #"{"é":1,"e\u0301":2}"#, #"{"a":1,"\u0061b":2}"#, #"{"ab":1,"\u0061":2}"#, #"{"\\u0061":1,"a":2}"#,
            #"{"aba":1,"aca":2}"#, #"{"axxxa":1,"ayxya":2}"#,
        ]
    )
    func accepted(text: String) {
        #expect(refusal(of: text) == nil)
    }

    @Test(
        "is found in objects of any size, at any two places", arguments: [2, 3, 31, 32, 33, 34, 63, 64, 65, 200, 1000])
    func sizes(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        var names = (0..<count).map { "name \($0 * 7)" }
        func object(_ names: [String]) -> String { "{" + names.map { "\"\($0)\":[1]" }.joined(separator: ",") + "}" }
        #expect(refusal(of: object(names)) == nil)
        let first = Int.random(in: 0..<count - 1, using: &generator)
        let second = Int.random(in: first + 1..<count, using: &generator)
        names[second] = names[first]
        let offset = object(Array(names[..<second])).utf8.count
        #expect(refusal(of: object(names)) != nil)
        #expect(refusal(of: object(names))?.reason == .duplicateMember)
        // The second of the two is at fault.
        #expect(refusal(of: object(names))?.offset == offset)
        names[second] = "\\u006E" + names[first].dropFirst()
        #expect(refusal(of: object(names))?.offset == offset)
    }
}
