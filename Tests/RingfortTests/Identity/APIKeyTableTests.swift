import Bytes
import Identity
import TestSupport
import Testing
import Tokens

@testable import Ringfort

@Suite("A table of API keys")
struct APIKeyTableTests {
    /// What the table says of a key with this text, which must be well-formed.
    private static func verdict(_ table: APIKeyTable, _ text: String, now: Int64 = 1_000) -> Verdict {
        guard let key = PresentedAPIKey(text.utf8.span.raw) else { return .refused(.malformed) }
        do throws(APIKeyFault) {
            let entry = try table.check(key, nowUnixSeconds: now)
            return .taken(entry.scopes, entry.rate)
        } catch {
            return .refused(error)
        }
    }

    private enum Verdict: Equatable {
        case taken(ScopeSet, CellRate?)
        case refused(APIKeyFault)
    }

    private static func table(_ keys: [APIKey]) throws -> APIKeyTable {
        // The name has to be known before the table of names is made.
        let known = ScopeSet.readThings
        return try withExtendedLifetime(known) { try APIKeyTable(keys, scopes: ScopeTable()) }
    }

    /// A key as `number` has it, and what has to be said of it.
    private static func made(_ number: Int) -> (key: APIKey, text: String, verdict: Verdict) {
        let limited = number % 4 == 1
        let limit = limited ? APIKeyLimit(requests: 10, everySeconds: 60, burst: 5) : nil
        let (key, text) = APIKey.make(
            label: "", scopes: number % 2 == 0 ? "read:things unknown:\(number)" : "", limit: limit,
            expiresUnixSeconds: number % 4 == 2 ? 1_000 : number % 4 == 3 ? 1_001 : nil, nowUnixSeconds: 0)
        let verdict: Verdict =
            number % 4 == 2
            ? .refused(.expired)
            : .taken(
                number % 2 == 0 ? .readThings : ScopeSet(),
                limited ? try? CellRate(tokens: 10, everySeconds: 60, burst: 5) : nil)
        return (key, text, verdict)
    }

    @Test(
        "takes the keys that it has, each for what it is, and nothing that differs by a character",
        arguments: [0, 1, 7, 64, 3_000])
    func model(count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        let keys = (0..<count).map { Self.made($0) }
        let table = try Self.table(keys.map(\.key))
        #expect(table.count == count)
        for (_, text, verdict) in keys {
            #expect(Self.verdict(table, text) == verdict)
            // One character of the secret or of the name is another.
            var other = Array(text)
            let place = Int.random(in: 17..<60, using: &random)
            other[place] = other[place] == "x" ? "y" : "x"
            #expect(Self.verdict(table, String(other)) == .refused(.wrongSecret))
            other = Array(text)
            let letter = Int.random(in: 4..<16, using: &random)
            other[letter] = other[letter] == "x" ? "y" : "x"
            #expect(Self.verdict(table, String(other)) == .refused(.unknown))
        }
        for number in 0..<100 { #expect(Self.verdict(table, Self.made(number).text) == .refused(.unknown)) }
        // Names of two keys with each other's secrets.
        for (first, second) in zip(keys, keys.dropFirst()) {
            let crossed = String(first.text.prefix(17)) + String(second.text.suffix(43))
            #expect(Self.verdict(table, crossed) == .refused(.wrongSecret))
        }
    }

    @Test("refuses a key from the second on in which it expires")
    func expiry() throws {
        let (key, text) = APIKey.make(label: "", scopes: "", expiresUnixSeconds: 1_000, nowUnixSeconds: 0)
        let table = try Self.table([key])
        #expect(Self.verdict(table, text, now: 999) == .taken(ScopeSet(), nil))
        #expect(Self.verdict(table, text, now: 1_000) == .refused(.expired))
    }

    @Test(
        "is not made of a limit that no bucket can have", arguments: [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 100_000)])
    func limits(requests: UInt32, seconds: UInt32, burst: UInt32) {
        let limit = APIKeyLimit(requests: requests, everySeconds: seconds, burst: burst)
        let (key, _) = APIKey.make(label: "", scopes: "", limit: limit, nowUnixSeconds: 0)
        #expect(throws: ServerError.self) { try Self.table([key]) }
    }
}
