/// How much of a document is taken. There are no aliases, so that a document can't be larger than its text.
public struct YAMLLimits: Sendable {
    /// How many collections may stand inside each other; at most 64.
    public let depth: Int
    /// How long the text may be, in bytes.
    public let documentBytes: Int

    /// The limits of a configuration that people write.
    public init(depth: Int = 32, documentBytes: Int = 256 * 1_024) {
        // Nodes are read by recursion; this much of a stack is always there.
        self.depth = min(depth, 64)
        self.documentBytes = documentBytes
    }
}
