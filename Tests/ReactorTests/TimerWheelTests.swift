import SimulatedNetwork
import TestSupport
import Testing

@testable import Reactor

@Suite("A timer wheel")
struct TimerWheelTests {
    private static let tick: UInt64 = 1 << TimerWheel.tickShift

    @Test("lets timers go off after their deadline, at most two ticks late", arguments: 1...10 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var now: UInt64 = random.next() % (1 << 40)
        var wheel = TimerWheel(capacity: 64, nowNanoseconds: now)
        var deadlines = [UInt64?](repeating: nil, count: 64)
        for _ in 0..<5000 {
            let timer = Int.random(in: 0..<64, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                wheel.cancel(timer)
                deadlines[timer] = nil
            case 1, 2:
                let deadline = now + random.next() % (1000 * Self.tick)
                wheel.schedule(timer, noLaterThan: deadline)
                deadlines[timer] = min(deadlines[timer] ?? .max, deadline)
            default:
                now += random.next() % (40 * Self.tick)
                while let expired = wheel.popExpired(nowNanoseconds: now) {
                    guard let deadline = deadlines[expired] else {
                        Issue.record("a timer went off that was not set")
                        return
                    }
                    #expect(deadline <= now)
                    deadlines[expired] = nil
                }
                for deadline in deadlines { if let deadline { #expect(deadline + 2 * Self.tick > now) } }
            }
            let next = wheel.nanosecondsUntilNext(nowNanoseconds: now)
            #expect((next == nil) == deadlines.allSatisfy { $0 == nil })
            if let next, let nearest = deadlines.compactMap(\.self).min() {
                #expect(now + next <= nearest + 2 * Self.tick)
            }
        }
    }

    @Test("finds everything due after a long sleep")
    func longSleep() {
        var wheel = TimerWheel(capacity: 10, nowNanoseconds: 0)
        for timer in 0..<10 { wheel.schedule(timer, noLaterThan: UInt64(timer) * 100 * Self.tick) }
        var expired: Set<Int> = []
        while let timer = wheel.popExpired(nowNanoseconds: 1_000_000 * Self.tick) { expired.insert(timer) }
        #expect(expired == Set(0..<10))
        #expect(wheel.nanosecondsUntilNext(nowNanoseconds: 1_000_000 * Self.tick) == nil)
    }

    @Test("goes off at its span's end for a deadline beyond it, to be set again")
    func beyondTheSpan() {
        var wheel = TimerWheel(capacity: 1, nowNanoseconds: 0)
        wheel.schedule(0, noLaterThan: 1_000_000 * Self.tick)
        #expect(wheel.popExpired(nowNanoseconds: 1000 * Self.tick) == nil)
        #expect(wheel.popExpired(nowNanoseconds: 1024 * Self.tick) == 0)
    }

    @Test("moves a timer forward, never back")
    func reschedule() {
        var wheel = TimerWheel(capacity: 1, nowNanoseconds: 0)
        wheel.schedule(0, noLaterThan: 100 * Self.tick)
        wheel.schedule(0, noLaterThan: 500 * Self.tick)
        wheel.schedule(0, noLaterThan: 10 * Self.tick)
        #expect(wheel.popExpired(nowNanoseconds: 10 * Self.tick) == nil)
        #expect(wheel.popExpired(nowNanoseconds: 11 * Self.tick) == 0)
        #expect(wheel.popExpired(nowNanoseconds: 1000 * Self.tick) == nil)
    }
}
