import TestSupport
import Testing

@testable import RateLimiting

@Suite("A steady clock")
struct SteadyClockTests {
    private static let second: UInt64 = 1_000_000_000
    private static let day = 86_400 * second

    @Test("goes as fast as its callers' clock")
    func ordinary() {
        let clock = SteadyClock()
        let start = clock.time(at: 77 * Self.second)
        for elapsed in stride(from: 0, to: 100 * Self.second, by: 33_333_333) {
            #expect(clock.time(at: 77 * Self.second + elapsed) == start + elapsed)
        }
    }

    @Test("lets callers read their clocks a little apart")
    func lag() {
        let clock = SteadyClock()
        let start = clock.time(at: 100 * Self.second)
        #expect(clock.time(at: 99 * Self.second + 1) == start - Self.second + 1)
        #expect(clock.time(at: 100 * Self.second) == start)
    }

    @Test("stands still when the callers' clock steps back, then goes on", arguments: [2, 3_600, 31_536_000])
    func stepBack(seconds: UInt64) {
        let clock = SteadyClock()
        let origin = 100_000_000 * Self.second
        let before = clock.time(at: origin)
        let stepped = origin - seconds * Self.second
        #expect(clock.time(at: stepped) == before)
        #expect(clock.time(at: stepped + 5) == before + 5)
        #expect(clock.time(at: stepped + Self.day / 2) == before + Self.day / 2)
    }

    @Test("takes a leap ahead for a day at most", arguments: [2, 365, 100_000])
    func leap(days: UInt64) {
        let clock = SteadyClock()
        let before = clock.time(at: 5)
        #expect(clock.time(at: 5 + days * Self.day) == before + Self.day)
        #expect(clock.time(at: 5 + days * Self.day + 7) == before + Self.day + 7)
    }

    @Test("is never led astray, whatever the callers' clock reads", arguments: 0..<8)
    func anything(seed: UInt64) {
        let clock = SteadyClock()
        var random = SeededGenerator(seed: seed)
        var latest = clock.time(at: random.next())
        for _ in 0..<10_000 {
            let wild: [UInt64] = [0, .max, 1 << 63, (1 << 63) - 1, random.next()]
            let time = clock.time(at: wild[Int(random.next() % 5)])
            #expect(time >= latest - SteadyClock.toleratedLagNanoseconds - SteadyClock.noticeNanoseconds)
            #expect(time <= latest + Self.day)
            latest = max(latest, time)
        }
        #expect(latest < 1 << 63)
    }
}
