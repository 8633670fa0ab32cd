/// A step of a coding path: a member's name, or a position in an array. Its text is a token of a JSON pointer, unescaped.
struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }

    /// The name, cut when it is long: it is the client's, and every fault below it copies it.
    init(name: JSONString) {
        var bytes: [UInt8] = []
        var rest = name.unescapedBytes
        while bytes.count <= Self.greatestNameBytes, let byte = rest.next() { bytes.append(byte) }
        self.init(stringValue: String(cutting: bytes, to: Self.greatestNameBytes))
    }

    static let superclass = JSONKey(stringValue: "super")

    static let greatestNameBytes = 128
}

extension String {
    /// The text of `utf8`; when that is longer than `limit`, only so many whole characters of it, and "…".
    init(cutting utf8: [UInt8], to limit: Int) {
        guard utf8.count > limit else {
            self.init(decoding: utf8, as: UTF8.self)
            return
        }
        var end = limit
        while end > 0, utf8[end] & 0xC0 == 0x80 { end -= 1 }
        self = String(decoding: utf8[..<end], as: UTF8.self) + "…"
    }
}
