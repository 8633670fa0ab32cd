/// Why a schema can't be used, and where in it.
public struct SchemaError: Error, Equatable, Sendable {
    /// The document at fault: its URI, or the empty string for the one that was to be compiled.
    public let document: String
    /// The place in that document, as a JSON pointer (RFC 6901).
    public let pointer: String
    /// What is wrong there: a sentence for whoever wrote the schema.
    public let reason: String

    init(document: String = "", pointer: String = "", reason: String) {
        self.document = document
        self.pointer = pointer
        self.reason = reason
    }
}

extension SchemaError: CustomStringConvertible {
    /// A line for a log.
    public var description: String { "\(document)#\(pointer): \(reason)" }
}
