import Bytes
import JSON

extension InspectedDocument {
    /// Reads an object, and reports what is wrong with it. Nil when it is none.
    init?(_ text: [UInt8], name: String, problems: inout [String]) {
        var tape = JSONTape()
        do throws(JSONError) {
            self.init(try tape.parse(text.span.raw, limits: JSONLimits()), isUnambiguous: true)
        } catch {
            problems.append("\(name): \(error)")
            guard error.reason == .duplicateMember else { return nil }
            // What it says twice is worth seeing.
            let limits = JSONLimits(refusesDuplicateMembers: false)
            do throws(JSONError) {
                self.init(try tape.parse(text.span.raw, limits: limits), isUnambiguous: false)
            } catch {
                return nil
            }
        }
        guard !isNoObject else {
            problems.append("\(name): this is JSON, but no object")
            return nil
        }
    }

    private init(_ value: borrowing JSONValue, isUnambiguous: Bool) {
        isNoObject = value.kind != .object
        var list: [Member] = []
        var members = value.members
        while let member = members.next() {
            var name = ByteBuffer(capacity: 64)
            member.name.append(to: &name)
            list.append(Member(name: String(name.bytes), value: Self.compact(member.value)))
        }
        self.members = list
        json = isUnambiguous ? Self.compact(value) : nil
    }

    private static func compact(_ value: borrowing JSONValue) -> String {
        var buffer = ByteBuffer(capacity: 256)
        buffer.append(compact: value)
        return TerminalText.escapedJSON(String(buffer.bytes))
    }
}
