import Bytes
import JSON
import Tokens

extension InspectedDocument {
    /// The object in `text`, and what is wrong with it; nil when it is none.
    static func read(_ text: [UInt8], name: String, problems: inout [String]) -> InspectedDocument? {
        var tape = JSONTape()
        let document: InspectedDocument?
        do throws(JSONError) {
            document = InspectedDocument(try tape.parse(text.span.raw), isUnambiguous: true)
        } catch {
            problems.append("\(name): \(error)")
            return error.reason == .duplicateMember ? readAmbiguous(text) : nil
        }
        if document == nil { problems.append("\(name): this is JSON, but no object") }
        return document
    }

    /// What an object says that names a member twice is worth seeing.
    private static func readAmbiguous(_ text: [UInt8]) -> InspectedDocument? {
        var tape = JSONTape()
        let limits = JSONLimits(refusesDuplicateMembers: false)
        do throws(JSONError) {
            return InspectedDocument(try tape.parse(text.span.raw, limits: limits), isUnambiguous: false)
        } catch {
            return nil
        }
    }

    private init?(_ value: borrowing JSONValue, isUnambiguous: Bool) {
        guard value.kind == .object else { return nil }
        var list: [Member] = []
        var members = value.members
        while let member = members.next() {
            var name = ByteBuffer(capacity: 64)
            member.name.append(to: &name)
            list.append(
                Member(
                    name: String(name.bytes), value: Self.compact(member.value), text: Self.text(member.value),
                    unixSeconds: NumericDate.unixSeconds(member.value)))
        }
        self.members = list
        json = isUnambiguous ? Self.compact(value) : nil
    }

    private static func compact(_ value: borrowing JSONValue) -> String {
        var buffer = ByteBuffer(capacity: 256)
        buffer.append(json: value)
        return TerminalText.escapedJSON(String(buffer.bytes))
    }

    private static func text(_ value: borrowing JSONValue) -> String? {
        guard let string = value.asString else { return nil }
        var buffer = ByteBuffer(capacity: 64)
        string.append(to: &buffer)
        return String(buffer.bytes)
    }

    /// The first member of this name.
    subscript(_ name: String) -> Member? { members.first { $0.name == name } }
}
