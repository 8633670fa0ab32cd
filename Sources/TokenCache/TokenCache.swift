internal import Bytes
public import Tokens

/// Tokens that were proven, with what they say, in memory that never grows; shared by all threads, without a lock.
///
/// It holds proofs, never decisions: who finds one asks `VerifiedClaims.check` and its own list of revocations as if the
/// token had just been verified. What a token was once found to say never changes, so that an entry is good until it is
/// too old, or the keys or the scope names have been replaced.
///
/// A token is found by a secret hash of the end of its signature, which no caller can choose, and is then compared as a
/// whole, so that no two tokens can be taken for one another, whatever their hashes.
///
/// The table consists of sets of sixteen entries. Each set has a sequence number, odd while somebody writes to it.
/// *Readers write nothing* (but for the second of an entry's last hit, when that has changed): they copy what they need,
/// and take it if the number is even and still the same. *Writers* make it odd by a compare-and-swap; where another is at
/// it, they leave it, since what they bring can be verified again. So nobody ever waits.
///
/// A flood of tokens that come once can't wash out those that come again: a newcomer takes the place of an entry that was
/// never hit or has been idle for `protectedSeconds`, or gets none.
public final class TokenCache: Sendable {
    private let memory: CacheMemory
    private let hasher = TailHasher()

    /// How long an entry is good, in seconds, unless something else is said.
    public static let standardLifeSeconds: UInt32 = 300
    /// How long an entry that was hit can't lose its place to another token, in seconds.
    public static let protectedSeconds: UInt32 = 10
    /// How many entries a cache may have, in at most 1 KiB each.
    public static let capacities = CacheMemory.waysInSet...1 << 22

    /// A cache of at most `capacity` entries, and of a kibibyte for each. Rounded down to a power of two.
    ///
    /// An entry needs a little more than its token and its payload; the larger ones take the room of several.
    ///
    /// - Parameter lifeSeconds: how long an entry is good, however often it is hit.
    /// - Throws: `TokenCacheError` when the capacity is out of range, or the system has no memory.
    public init(capacity: Int, lifeSeconds: UInt32 = standardLifeSeconds) throws(TokenCacheError) {
        guard Self.capacities.contains(capacity) else { throw .capacityOutOfRange }
        var sets = 1
        while sets * 2 * CacheMemory.waysInSet <= capacity { sets *= 2 }
        memory = try CacheMemory(sets: sets, lifeSeconds: lifeSeconds)
    }

    /// How many entries have room, if none is large.
    public var capacity: Int { memory.setCount * CacheMemory.waysInSet }

    /// How many bytes it holds on to.
    public var byteCount: Int { memory.byteCount }

    /// Where `token` belongs: what finding and storing it begin with. O(1).
    public func place(of token: RawSpan) -> TokenPlace { TokenPlace(tail: hasher.hash(token)) }

    /// Finds what `token` was proven to say, and copies its claims to `claims`.
    ///
    /// - Parameters:
    ///   - place: the token's place in this cache.
    ///   - keyringEpoch: the keyring that must have proven it.
    ///   - scopesEpoch: the scope table that its scopes must have been read with.
    ///   - now: nanoseconds of the monotonic clock.
    /// - Returns: Whether it was found; otherwise the token has to be verified, and there are no claims. O(length).
    public func find(
        _ token: RawSpan, at place: TokenPlace, keyringEpoch: UInt64, scopesEpoch: UInt64, now: UInt64,
        into claims: inout ClaimsCopy
    ) -> Bool {
        guard let tail = place.tail else { return claims.replace { _ in nil } }
        let seconds = Self.seconds(now)
        return claims.replace { bytes in
            for _ in 0..<Self.attempts {
                switch memory.read(token, tail, seconds: seconds, into: &bytes) {
                case .torn: continue
                case .missing: return nil
                case .found(let table):
                    return table.keyringEpoch == keyringEpoch && table.scopesEpoch == scopesEpoch ? table : nil
                }
            }
            return nil
        }
    }

    /// Takes in a token that was proven just now. A token that fails must not be given.
    ///
    /// - Parameters:
    ///   - place: the token's place in this cache.
    ///   - now: nanoseconds of the monotonic clock.
    public func store(_ token: RawSpan, at place: TokenPlace, _ claims: VerifiedClaims, now: UInt64) -> StoreOutcome {
        guard let tail = place.tail, TailHasher.tokenByteCounts.contains(token.byteCount) else { return .refused }
        return memory.write(token, claims, tail, seconds: Self.seconds(now))
    }

    /// What became of a token that was to be stored.
    public enum StoreOutcome: Equatable, Sendable {
        /// It was stored, in the place of so many others.
        case stored(evicted: Int)
        /// There was no place for it, or another thread was at the set.
        case refused
    }

    /// How many seconds ago something was, at `seconds`. Threads take the time when their passes begin: what lies ahead by
    /// less than two was just now. What lies further ahead, since the clock was set back, is long past.
    @inline(__always)
    static func age(of then: UInt32, at seconds: UInt32) -> UInt32 { then &- seconds < 2 ? 0 : seconds &- then }

    private static func seconds(_ nanoseconds: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: nanoseconds / 1_000_000_000)
    }

    /// How often a reader tries whom writers disturb, before it has the token verified.
    private static let attempts = 4
}

/// Where a token belongs in a cache. What it says of another token, or in another cache, is of no use and does no harm.
public struct TokenPlace: Sendable {
    /// Nil for a token that is shorter than any that can be valid.
    let tail: TailHash?
}

/// Why there can be no cache.
public enum TokenCacheError: Error, Equatable, Sendable {
    /// The capacity is not in `TokenCache.capacities`.
    case capacityOutOfRange
    /// The system has no memory for it.
    case outOfMemory
}
