/// Where the documents come from that a schema refers to. Nothing is ever fetched: what is not here is refused.
public struct SchemaResolver: Sendable {
    let document: @Sendable (_ uri: String) -> [UInt8]?

    /// A look-up of your own: the JSON text of the document with that URI (absolute, without a fragment), or nil.
    ///
    /// It is called while a schema is compiled, once a document.
    public init(_ document: @escaping @Sendable (_ uri: String) -> [UInt8]?) { self.document = document }

    /// Documents by their URI.
    public init(_ documents: [String: [UInt8]]) { self.init { documents[$0] } }

    /// No document but the one that is compiled, and the draft's own.
    public static let none = SchemaResolver { _ in nil }
}
