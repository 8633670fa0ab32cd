/// The name by which a token chooses its key (`kid`): 1 to 128 bytes of UTF-8 without control characters.
public struct KeyID: Sendable, Hashable {
    /// The name itself.
    public let text: String

    /// The most bytes that a name may have.
    public static let mostBytes = 128

    /// - Throws: `KeyError.invalidKeyID` when `text` is empty, longer than 128 bytes, or holds a control character.
    public init(_ text: String) throws(KeyError) {
        guard Self.allows(text) else { throw .invalidKeyID }
        self.text = text
    }

    /// Whether both are the same bytes: what looks alike, or means the same to Unicode, is another name.
    public static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }

    private static func allows(_ text: String) -> Bool {
        (1...mostBytes).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

extension KeyID: CustomStringConvertible {
    /// The name itself.
    public var description: String { text }
}
