import Bytes
import JSON

/// The names of every route's parameters, in one block of text.
struct ParameterNames: Sendable {
    private var text: [UInt8] = []
    // INVARIANT: name n is text[ends[n - 1]..<ends[n]]; route r has the names firsts[r]..<firsts[r + 1].
    private var ends: [Int] = []
    private var firsts: [Int] = [0]

    /// Adds the names of the next route.
    mutating func append(_ names: [String]) {
        for name in names {
            text.append(contentsOf: name.utf8)
            ends.append(text.count)
        }
        firsts.append(ends.count)
    }

    /// Which of the route's parameters is called `name`, counted from 0, or nil. O(parameters).
    func index(of name: StaticString, route: Int) -> Int? {
        for index in firsts[route]..<firsts[route + 1] {
            let start = index == 0 ? 0 : ends[index - 1]
            if text.span.raw.extracting(start..<ends[index]).equals(name) { return index - firsts[route] }
        }
        return nil
    }

    /// Appends the name of the route's parameter at `index` to an object.
    func append(_ index: Int, route: Int, _ writer: inout JSONObjectWriter, into object: inout ByteBuffer) {
        let place = firsts[route] + index
        let start = place == 0 ? 0 : ends[place - 1]
        writer.append(name: text.span.raw.extracting(start..<ends[place]), into: &object)
    }
}
