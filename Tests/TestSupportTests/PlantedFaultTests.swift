import Glibc
import TestSupport
import Testing

/// Faults that `scripts/sanitize` plants, to see that the build's sanitizer finds them. Nobody else asks for them.
@Suite("A planted fault")
struct PlantedFaultTests {
    private static let planted = TestSetting.value(of: "RINGFORT_PLANT")

    @Test("is a race over raw memory", .enabled(if: planted == "thread"))
    func race() {
        let word = RawWord()
        _ = onThreads(2) { _ in for _ in 0..<1000 { word.increment() } }
        #expect(word.value > 0)
    }

    @Test("is memory that is read after it was freed", .enabled(if: planted == "address"))
    func useAfterFree() {
        let word = RawWord()
        word.increment()
        word.free()
        #expect(word.value >= 0)
    }
}

/// A word of raw memory that nothing guards.
@safe
private final class RawWord: @unchecked Sendable {
    private let address = UnsafeMutablePointer<Int>.allocate(capacity: 1)

    init() { unsafe address.initialize(to: 0) }

    // Not inlined, so that the optimiser can't see that nothing else happens to the word.
    @inline(never)
    func increment() {
        // SAFETY: none; that a sanitizer says so is the point.
        let value = unsafe address.pointee
        unsafe address.pointee = value + 1
    }

    var value: Int {
        @inline(never) get { unsafe address.pointee }
    }

    func free() { unsafe address.deallocate() }
}
