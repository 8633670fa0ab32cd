/// A set of scopes (RFC 6749 section 3.3): names in the API, bits in the process, so that a check is two ANDs.
///
/// ```
/// extension ScopeSet { static let deletePosts = ScopeSet("delete:posts") }
/// ```
/// A process knows at most 128 names. A set that can't be made, for want of room or for a name outside the grammar, is
/// `isUnsatisfiable`: no token has it, so that a route which asks for it stays shut; `ScopeTable` then refuses to be made,
/// and says why. `init(validating:)` throws at once.
public struct ScopeSet: Sendable, Hashable, BitwiseCopyable {
    // INVARIANT: bits of names that are in the registry.
    private(set) var low: UInt64
    private(set) var high: UInt64
    /// Whether the set holds a name that could not be registered: then no other set is a superset of it.
    public private(set) var isUnsatisfiable: Bool

    /// How many different names a process can know.
    public static let mostNames = 128

    /// The empty set, which every token satisfies.
    public init() {
        low = 0
        high = 0
        isUnsatisfiable = false
    }

    /// The set of the scope names in `text`, which single spaces separate. Names that are new are registered.
    ///
    /// Where that fails the set is unsatisfiable. Takes a lock: for start-up, not for requests.
    public init(_ text: String) { self.init(text, registry: .shared) }

    /// The set of the scope names in `text`, which single spaces separate. Names that are new are registered.
    ///
    /// Takes a lock: for start-up, not for requests.
    /// - Throws: `ScopeError.invalidName` for a name outside the grammar of RFC 6749 (an empty one too), or
    ///   `ScopeError.tooManyNames` for the first name beyond 128.
    public init(validating text: String) throws(ScopeError) { try self.init(validating: text, registry: .shared) }

    init(_ text: String, registry: ScopeRegistry) {
        do throws(ScopeError) {
            try self.init(validating: text, registry: registry)
        } catch {
            registry.record(error)
            self.init()
            isUnsatisfiable = true
        }
    }

    init(validating text: String, registry: ScopeRegistry) throws(ScopeError) {
        self.init()
        for name in text.split(separator: " ", omittingEmptySubsequences: false) {
            insert(try registry.register(String(name)))
        }
    }

    /// Whether nothing is asked for.
    public var isEmpty: Bool { low | high == 0 && !isUnsatisfiable }

    /// Whether every scope of `other` is in this set; never when `other` is unsatisfiable. O(1).
    public func isSuperset(of other: ScopeSet) -> Bool {
        low & other.low == other.low && high & other.high == other.high && !other.isUnsatisfiable
    }

    /// Whether some scope of `other` is in this set. O(1).
    public func hasOne(of other: ScopeSet) -> Bool { low & other.low | high & other.high != 0 }

    /// The scopes that are in either set; unsatisfiable when one of them is. O(1).
    public func union(_ other: ScopeSet) -> ScopeSet {
        var union = self
        union.low |= other.low
        union.high |= other.high
        union.isUnsatisfiable = isUnsatisfiable || other.isUnsatisfiable
        return union
    }

    /// The names in the set, in the order in which they were registered. Takes a lock: for logs and start-up.
    public var names: [String] {
        let registered = ScopeRegistry.shared.names
        return registered.indices.filter(contains).map { registered[$0] }
    }

    /// Adds the scope with number `index`, which is below 128.
    @inline(__always)
    mutating func insert(_ index: Int) {
        if index < 64 { low |= 1 &<< UInt64(index) } else { high |= 1 &<< UInt64(index &- 64) }
    }

    private func contains(_ index: Int) -> Bool {
        (index < 64 ? low &>> UInt64(index) : high &>> UInt64(index - 64)) & 1 == 1
    }
}

extension ScopeSet: CustomStringConvertible {
    /// The names as a token's `scope` has them, separated by spaces.
    public var description: String { isUnsatisfiable ? "unsatisfiable" : names.joined(separator: " ") }
}

/// Why a set of scopes can't be made.
public enum ScopeError: Error, Equatable, Sendable {
    /// This text is no scope name (RFC 6749 section 3.3: printable ASCII without space, `"` and `\`).
    case invalidName(String)
    /// This name would be the 129th of the process.
    case tooManyNames(String)
}

extension ScopeError: CustomStringConvertible {
    /// A sentence for a log or a start-up failure.
    public var description: String {
        switch self {
        case .invalidName(let name): "\"\(name)\" is no scope name: printable ASCII without space, quote and backslash"
        case .tooManyNames(let name): "there are more than \(ScopeSet.mostNames) scopes; \"\(name)\" has no room"
        }
    }
}

extension ScopeSet: ExpressibleByArrayLiteral {
    /// All scopes that are in one of the sets: `[.readPosts, .writePosts]`.
    public init(arrayLiteral sets: ScopeSet...) {
        self.init()
        for set in sets { self = union(set) }
    }
}
