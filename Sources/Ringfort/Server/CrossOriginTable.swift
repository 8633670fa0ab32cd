import Bytes
import HTTPWire

/// The headers that answers have for other origins, by the routes' CORS policies, encoded when the server is made.
struct CrossOriginTable: ~Copyable, Sendable {
    // INVARIANT: the entry at 0 has no headers: it is that of routes without a policy.
    private let entries: FixedArray<Entry>

    /// What one origin is told.
    struct Entry: ~Copyable, Sendable {
        let origin: ByteBuffer
        let answer: HeaderBlock
        let preflight: HeaderBlock
    }

    /// The entries of one policy: the first is for requests of no origin that it names, the others for one origin each.
    /// Where all origins may call, there is the first alone.
    struct Entries: BitwiseCopyable {
        var first: UInt32 = 0
        var count: UInt32 = 0

        var isEmpty: Bool { count == 0 }
    }

    init(_ drafts: CrossOriginDrafts) {
        entries = FixedArray(count: drafts.all.count) { index in
            let draft = drafts.all[index]
            return Entry(
                origin: ByteBuffer(copying: draft.origin.utf8.span.raw), answer: draft.answer(),
                preflight: draft.preflight())
        }
    }

    /// Whether some route has a policy.
    var isUsed: Bool { entries.count > 1 }

    /// The entry for a request, and whether the policy lets its origin call. O(origins of the policy).
    func entry(
        among range: Entries, for head: borrowing RequestHead, _ headBytes: RawSpan
    ) -> (index: Int, isAllowed: Bool) {
        let first = Int(range.first)
        guard range.count > 1 else { return (first, true) }
        guard head.count(of: .origin) == 1, let value = head.value(of: .origin) else { return (first, false) }
        let origin = headBytes.extracting(value)
        for index in first + 1..<first + Int(range.count) where entries[index].origin.bytes.equals(origin) {
            return (index, true)
        }
        return (first, false)
    }

    /// Adds the headers of an answer, of which the entry at 0 has none. O(their bytes).
    func append(answer index: Int, to headers: inout HeaderBlock) {
        guard index != 0 else { return }
        headers.append(entries[index].answer)
    }

    /// Adds the headers of a preflight's answer. O(their bytes).
    func append(preflight index: Int, to headers: inout HeaderBlock) { headers.append(entries[index].preflight) }
}

/// The table in the making: routes with the same policy share its entries.
struct CrossOriginDrafts {
    fileprivate private(set) var all = [Draft(origin: "", policy: nil, isAllowed: false)]
    private var known: [(policy: CORSPolicy, entries: CrossOriginTable.Entries)] = []

    fileprivate struct Draft {
        let origin: String
        let policy: CORSPolicy?
        let isAllowed: Bool
    }

    /// The entries of a policy that holds for `method`; none when it does not.
    mutating func entries(
        of policy: CORSPolicy?, for method: HTTPWire.Method
    ) throws(CORSError) -> CrossOriginTable.Entries {
        guard let policy else { return CrossOriginTable.Entries() }
        try policy.validate()
        guard policy.methods?.contains(method) != false else { return CrossOriginTable.Entries() }
        if let known = known.first(where: { $0.policy == policy }) { return known.entries }
        let first = all.count
        if policy.allowsEveryOrigin {
            all.append(Draft(origin: "*", policy: policy, isAllowed: true))
        } else {
            all.append(Draft(origin: "", policy: policy, isAllowed: false))
            all += policy.origins.map { Draft(origin: $0, policy: policy, isAllowed: true) }
        }
        let entries = CrossOriginTable.Entries(first: UInt32(first), count: UInt32(all.count - first))
        known.append((policy, entries))
        return entries
    }
}

extension CrossOriginDrafts.Draft {
    fileprivate func answer() -> HeaderBlock {
        var block = common()
        if let names = policy?.exposedHeaders, isAllowed, !names.isEmpty {
            block.append(.accessControlExposeHeaders) { $0.append(names.joined(separator: ", ")) }
        }
        return block
    }

    fileprivate func preflight() -> HeaderBlock {
        var block = common()
        guard let policy, isAllowed else { return block }
        if !policy.headers.isEmpty {
            block.append(.accessControlAllowHeaders) { $0.append(policy.headers.joined(separator: ", ")) }
        }
        block.append(.accessControlMaxAge, decimal: UInt64(policy.maxAgeSeconds))
        return block
    }

    private func common() -> HeaderBlock {
        var block = HeaderBlock()
        guard let policy else { return block }
        // A cache must not give one origin what another was told, nor what was told to none.
        if !policy.allowsEveryOrigin { block.append(.vary, "Origin") }
        guard isAllowed else { return block }
        block.append(.accessControlAllowOrigin) { $0.append(origin) }
        if policy.allowsCredentials { block.append(.accessControlAllowCredentials, "true") }
        return block
    }
}

extension HeaderName {
    static let accessControlAllowMethods = HeaderName("Access-Control-Allow-Methods")
    fileprivate static let accessControlAllowCredentials = HeaderName("Access-Control-Allow-Credentials")
    fileprivate static let accessControlAllowHeaders = HeaderName("Access-Control-Allow-Headers")
    fileprivate static let accessControlAllowOrigin = HeaderName("Access-Control-Allow-Origin")
    fileprivate static let accessControlExposeHeaders = HeaderName("Access-Control-Expose-Headers")
    fileprivate static let accessControlMaxAge = HeaderName("Access-Control-Max-Age")
    fileprivate static let vary = HeaderName("Vary")
}
