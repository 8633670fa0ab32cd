import Bytes
import KeyFetching
import Tokens

/// A set of keys as it was fetched once.
struct RemoteKeySet {
    /// The keys that are used.
    let keyring: Keyring
    /// Why others are not, in sentences; the first few.
    let notes: [String]

    /// Fetches it, and waits for it.
    init(_ source: RemoteKeySource, mostBytes: Int, _ cancellation: FetchCancellation) throws(RemoteKeyError) {
        var fetcher = HTTPSFetcher()
        fetcher.authorityPath = source.authorityPath
        fetcher.allowsPrivateAddresses = source.allowsPrivateAddresses
        fetcher.mostBytes = mostBytes
        let text: [UInt8]
        do throws(FetchError) {
            text = try fetcher.fetch(source.location, cancellation: cancellation)
        } catch {
            throw .fetch(error)
        }
        do throws(KeyError) {
            try self.init(text.span.raw, source)
        } catch {
            throw .keys(error)
        }
        // An issuer that works has a key. Whatever this is, what was known before is better, for a while.
        guard !keyring.verificationKeys.isEmpty else { throw .noKeys(notes) }
    }

    /// The set with this text.
    init(_ text: RawSpan, _ source: RemoteKeySource) throws(KeyError) {
        let set = try JWKSet(text, origin: .remote, rsaAlgorithm: source.rsaAlgorithm)
        let taken = set.verificationKeys.filter { source.algorithms?.contains($0.algorithm) != false }
        let others = set.verificationKeys.filter { key in !taken.contains { $0.id == key.id } }
        let allNotes =
            set.skippedKeys.map(\.description)
            + others.map { "key \($0.id.text) is for \($0.algorithm), whose tokens are not taken" }
        notes = Array(allNotes.prefix(Self.mostNotes))
        // A set has no order. Where only that has changed, the keys are the same.
        keyring = try Keyring(verification: taken.sorted { $0.id.text < $1.id.text })
    }

    private static let mostNotes = 8
}

/// Why an issuer's keys have not come.
enum RemoteKeyError: Error, Equatable, CustomStringConvertible {
    case fetch(FetchError)
    /// What has come is no set of keys.
    case keys(KeyError)
    /// None of its keys can be used, for these reasons.
    case noKeys([String])

    var description: String {
        switch self {
        case .fetch(let error): "\(error)"
        case .keys(let error): "\(error)"
        case .noKeys(let notes): (["it has no key that can be used"] + notes).joined(separator: "; ")
        }
    }
}
