/// How much of a document is taken. What exceeds a limit is refused while reading, before anything is stored for it.
public struct JSONLimits: Sendable {
    /// How many containers may stand inside each other: `[]` has depth 1, a lone number 0. At most 512.
    public let depth: Int
    /// How many members one object may have.
    public let membersInObject: Int
    /// How many values and member names there may be in the whole document. A node takes 16 bytes of the tape.
    public let nodes: Int
    /// How long the document may be, in bytes. At most 4 GiB - 1.
    public let documentBytes: Int
    /// Whether an object that names a member twice is refused. Names are compared after unescaping, byte for byte.
    public let refusesDuplicateMembers: Bool

    /// The limits of a request body unless the route says otherwise.
    public init(
        depth: Int = 32,
        membersInObject: Int = 1000,
        nodes: Int = 262_144,
        documentBytes: Int = 1 << 20,
        refusesDuplicateMembers: Bool = true
    ) {
        // Consumers may walk a document by recursion; this much of the machine's stack is always there.
        self.depth = min(depth, Self.greatestDepth)
        self.membersInObject = membersInObject
        self.nodes = nodes
        // Offsets in the tape have 32 bits.
        self.documentBytes = min(documentBytes, Int(UInt32.max))
        self.refusesDuplicateMembers = refusesDuplicateMembers
    }

    static let greatestDepth = 512
}
