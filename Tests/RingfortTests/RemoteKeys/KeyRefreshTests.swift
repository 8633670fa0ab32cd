import Testing

@testable import Ringfort

@Suite("The refresh of an issuer's keys")
struct KeyRefreshTests {
    private static let second: UInt64 = 1_000_000_000
    /// No server has run for no time.
    private static let start = 1_000 * second

    private static func id(_ number: Int) throws -> KeyID { try KeyID("key \(number)") }

    /// A refresh whose first fetch has brought keys at `start`.
    private static func fetched() -> KeyRefresh {
        var refresh = KeyRefresh()
        #expect(refresh.next(now: start) == .fetch)
        refresh.succeeded(now: start, random: 0)
        return refresh
    }

    private static func seconds(_ count: UInt64) -> UInt64 { start + count * second }

    @Test("fetches at once, and then every ten minutes, or up to a minute earlier")
    func schedule() {
        var refresh = Self.fetched()
        #expect(refresh.next(now: Self.start) == .wait(nanoseconds: 600 * Self.second))
        #expect(refresh.next(now: Self.seconds(599)) == .wait(nanoseconds: Self.second))
        #expect(refresh.next(now: Self.seconds(600)) == .fetch)
        refresh.succeeded(now: Self.seconds(600), random: 59 * Self.second)
        #expect(refresh.next(now: Self.seconds(600)) == .wait(nanoseconds: 541 * Self.second))
    }

    @Test("tries again after pauses that grow from five seconds to a minute, and forgets them with a success")
    func pauses() {
        var refresh = KeyRefresh()
        var now = Self.start
        for pause in [5, 10, 20, 40, 60, 60, 60] as [UInt64] {
            #expect(refresh.next(now: now) == .fetch)
            refresh.failed(now: now, random: 0)
            #expect(refresh.next(now: now) == .wait(nanoseconds: pause * Self.second))
            now += pause * Self.second
        }
        #expect(refresh.failures == 7)
        #expect(refresh.next(now: now) == .fetch)
        refresh.succeeded(now: now, random: 0)
        #expect(refresh.failures == 0)
        #expect(refresh.next(now: now) == .wait(nanoseconds: 600 * Self.second))
    }

    @Test("uses keys for an hour after they were due, and not longer")
    func stale() {
        var refresh = Self.fetched()
        var now = Self.seconds(600)
        var dropped: UInt64?
        while dropped == nil, now < Self.seconds(10_000) {
            switch refresh.next(now: now) {
            case .fetch: refresh.failed(now: now, random: 0)
            case .wait(let nanoseconds):
                #expect(nanoseconds > 0)
                now += nanoseconds
            case .drop: dropped = now
            }
        }
        #expect(dropped == Self.seconds(4_200))
        #expect(refresh.fetched == nil)
        #expect(refresh.next(now: now) != .drop)
    }

    @Test("looks for an unknown key once, and not again for five minutes")
    func unknownKey() throws {
        var refresh = Self.fetched()
        #expect(refresh.ask(for: try Self.id(1), now: Self.start) == .retry(afterSeconds: 1))
        #expect(refresh.next(now: Self.start) == .fetch)
        #expect(refresh.ask(for: try Self.id(1), now: Self.start) == .retry(afterSeconds: 1), "it is under way")
        refresh.succeeded(now: Self.start, random: 0)
        for age in [0, 29, 30, 299] as [UInt64] {
            #expect(refresh.ask(for: try Self.id(1), now: Self.seconds(age)) == .unknown)
        }
        guard case .wait = refresh.next(now: Self.seconds(299)) else {
            Issue.record("it is looked for again")
            return
        }
        #expect(refresh.ask(for: try Self.id(1), now: Self.seconds(300)) == .retry(afterSeconds: 1))
    }

    @Test("fetches for unknown keys once in 30 seconds, however many there are")
    func flood() throws {
        var refresh = Self.fetched()
        var fetches = 0
        for number in 0..<30_000 {
            let now = Self.start + UInt64(number) * Self.second / 100
            let answer = refresh.ask(for: try Self.id(number), now: now)
            if case .fetch = refresh.next(now: now) {
                #expect(answer == .retry(afterSeconds: 1))
                refresh.succeeded(now: now, random: 0)
                fetches += 1
            } else {
                #expect(answer == .unknown)
            }
        }
        #expect(fetches == 10)
    }

    @Test("tells all who ask while a fetch is under way to come again, and remembers 128 of their keys")
    func underWay() throws {
        var refresh = Self.fetched()
        _ = refresh.ask(for: try Self.id(0), now: Self.start)
        #expect(refresh.next(now: Self.start) == .fetch)
        for number in 1..<1_000 {
            #expect(refresh.ask(for: try Self.id(number), now: Self.start) == .retry(afterSeconds: 1))
        }
        refresh.succeeded(now: Self.start, random: 0)
        // Those that are remembered are not looked for; another one is, as soon as that may be.
        for number in 0..<128 { #expect(refresh.ask(for: try Self.id(number), now: Self.seconds(60)) == .unknown) }
        #expect(refresh.ask(for: try Self.id(128), now: Self.seconds(60)) == .retry(afterSeconds: 1))
    }

    @Test("doesn't take a key for unknown where nobody could look for it")
    func failedSearch() throws {
        var refresh = Self.fetched()
        _ = refresh.ask(for: try Self.id(1), now: Self.start)
        #expect(refresh.next(now: Self.seconds(1)) == .fetch)
        _ = refresh.ask(for: try Self.id(2), now: Self.seconds(1))
        refresh.failed(now: Self.seconds(2), random: 0)
        #expect(refresh.ask(for: try Self.id(1), now: Self.seconds(2)) == .retry(afterSeconds: 5))
        #expect(refresh.ask(for: try Self.id(1), now: Self.seconds(6)) == .retry(afterSeconds: 1))
        #expect(refresh.next(now: Self.seconds(7)) == .fetch)
        refresh.succeeded(now: Self.seconds(7), random: 0)
        for number in 1...2 {
            #expect(refresh.ask(for: try Self.id(number), now: Self.seconds(40)) == .retry(afterSeconds: 1))
        }
    }

    @Test("fetches nothing for tokens that name no key")
    func nameless() {
        var refresh = Self.fetched()
        #expect(refresh.ask(for: nil, now: Self.start) == .unknown)
        #expect(refresh.next(now: Self.start) == .wait(nanoseconds: 600 * Self.second))
    }

    @Test("knows nothing as long as there are no keys, and says when to come again")
    func noKeys() throws {
        var refresh = KeyRefresh()
        #expect(refresh.ask(for: try Self.id(1), now: Self.start) == .retry(afterSeconds: 1))
        #expect(refresh.ask(for: nil, now: Self.start) == .retry(afterSeconds: 1))
        #expect(refresh.next(now: Self.start) == .fetch)
        refresh.failed(now: Self.start, random: 0)
        #expect(refresh.ask(for: try Self.id(1), now: Self.start) == .retry(afterSeconds: 5))
        #expect(refresh.ask(for: nil, now: Self.seconds(3)) == .retry(afterSeconds: 2))
        #expect(refresh.next(now: Self.seconds(3)) == .wait(nanoseconds: 2 * Self.second), "nobody has it hurry")
    }
}
