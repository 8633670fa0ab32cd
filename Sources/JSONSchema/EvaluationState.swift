internal import Bytes

/// What an evaluation needs besides the program and the instance: its budget, and memory that is used again.
struct EvaluationState: ~Copyable, Sendable {
    /// How many steps are left.
    private(set) var steps = 0
    private(set) var isExhausted = false
    private var depth = 0
    /// Above zero where a subschema only asks: what it refuses is no fault yet.
    private var questions = 0

    /// What was refused, in the order in which it was met.
    private(set) var findings: FixedArray<Finding>
    private(set) var findingCount = 0

    /// The marks of the containers that are being evaluated, a bit for each member or element.
    private var marks: [UInt64] = []
    /// The resources of the dynamic scope, the outermost first.
    private(set) var scope: [UInt32] = []
    /// Holds a string while it is unescaped.
    var text = ByteBuffer(capacity: 256)
    /// Hashes of an array's elements, when it must have no two that are equal.
    var hashes: [UInt64] = []

    /// A value that was refused, by where it starts in the document, and the report to be made of it.
    struct Finding: BitwiseCopyable, Sendable {
        var offset = 0
        var report: UInt32 = 0
    }

    /// More help no client, and each costs.
    static let greatestFindingCount = 16
    /// How deep subschemas may be entered below each other. An instance has at most 512 levels; a reference, a branch
    /// and a property may each take one a level. In a release build that is less than a mebibyte of stack.
    static let greatestDepth = 1536

    init() {
        findings = FixedArray(count: Self.greatestFindingCount) { _ in Finding() }
    }

    mutating func reset(steps: Int) {
        self.steps = steps
        isExhausted = false
        depth = 0
        questions = 0
        findingCount = 0
        marks.removeAll(keepingCapacity: true)
        scope.removeAll(keepingCapacity: true)
    }
}

// MARK: - Budget

extension EvaluationState {
    /// Takes steps out of the budget; false when there is nothing left.
    @inline(__always)
    mutating func spend(_ count: Int) -> Bool {
        steps &-= count
        if steps < 0 { exhaust() }
        return steps >= 0
    }

    @inline(__always)
    mutating func enter() -> Bool {
        depth &+= 1
        if depth > Self.greatestDepth { exhaust() }
        return spend(1)
    }

    @inline(__always)
    mutating func leave() { depth &-= 1 }

    @inline(never)
    private mutating func exhaust() {
        steps = -1
        isExhausted = true
    }
}

// MARK: - Findings

extension EvaluationState {
    /// Whether going on after a refusal can still find something to report.
    var wantsMore: Bool { questions == 0 && findingCount < Self.greatestFindingCount && !isExhausted }

    @inline(never)
    mutating func refuse(at offset: Int, _ report: UInt32) {
        guard wantsMore else { return }
        findings[findingCount] = Finding(offset: offset, report: report)
        findingCount += 1
    }

    mutating func beginQuestion() { questions &+= 1 }
    mutating func endQuestion() { questions &-= 1 }
}

// MARK: - Marks

/// Where the marks of one evaluation of a container stand, or none, where nobody asks for them.
struct MarkFrame: BitwiseCopyable {
    let start: Int

    static let none = MarkFrame(start: -1)
    var isSome: Bool { start >= 0 }
}

extension EvaluationState {
    /// Room for marks, none set. The words count as steps.
    mutating func pushMarks(count: Int) -> MarkFrame {
        let frame = MarkFrame(start: marks.count)
        let words = count / 64 + 1
        _ = spend(words)
        for _ in 0..<words { marks.append(0) }
        return frame
    }

    /// Gives the room back; what is marked in it counts in `parent` too, if that is a frame.
    mutating func popMarks(_ frame: MarkFrame, into parent: MarkFrame) {
        if parent.isSome {
            for index in 0..<marks.count - frame.start { marks[parent.start + index] |= marks[frame.start + index] }
        }
        marks.removeLast(marks.count - frame.start)
    }

    @inline(__always)
    mutating func mark(_ ordinal: Int, in frame: MarkFrame) {
        if frame.isSome { marks[frame.start + ordinal >> 6] |= 1 << UInt64(ordinal & 63) }
    }

    func isMarked(_ ordinal: Int, in frame: MarkFrame) -> Bool {
        marks[frame.start + ordinal >> 6] >> UInt64(ordinal & 63) & 1 == 1
    }
}

// MARK: - Dynamic scope

extension EvaluationState {
    /// Enters a resource; true when it must be left again.
    mutating func enterScope(_ resource: UInt32) -> Bool {
        guard scope.last != resource else { return false }
        scope.append(resource)
        return true
    }

    mutating func leaveScope() { scope.removeLast() }
}
