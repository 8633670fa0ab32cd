internal import Bytes
public import Tokens

/// Makes tokens for tests, of every format, with keys of its own that no file ever holds.
///
/// Two mints have different keys under the same names: what one makes is forged for whoever trusts the other.
public struct TokenMint: Sendable {
    /// The keys, for a configuration's `keyring`. They are called `test-hs256`, `test-eddsa`, `test-v4.local` and so on.
    public let keyring: Keyring

    /// The algorithms that are made where nobody asks for others: those that are quick to make keys of.
    public static let usualAlgorithms: [Algorithm] = [.edDSA, .hs256, .es256, .v4Public, .v4Local]

    /// Keys of these algorithms, one each.
    ///
    /// - Throws: `KeyError` when there is no memory for them.
    public init(_ algorithms: [Algorithm] = usualAlgorithms) throws(KeyError) {
        var keys: [SigningKey] = []
        for algorithm in algorithms {
            keys.append(try .random(algorithm, id: KeyID("test-\(algorithm.description.lowercased())")))
        }
        keyring = try Keyring(signing: keys)
    }

    /// A token that says `content` and was made at a time.
    ///
    /// - Throws: `MintError` when the mint has no key of the algorithm, or no token can say that.
    public func token(
        _ content: TokenContent, _ algorithm: Algorithm = .edDSA, atUnixSeconds: Int64
    ) throws(MintError) -> String {
        let issuer: TokenIssuer
        do throws(KeyError) {
            issuer = try TokenIssuer(keyring.signingKey(for: algorithm))
        } catch {
            throw .key(error)
        }
        var token = ByteBuffer(capacity: 1_024)
        do throws(IssueError) {
            try issuer.issue(content, nowUnixSeconds: atUnixSeconds, into: &token)
        } catch {
            throw .content(error)
        }
        return String(token.bytes)
    }
}

/// Why a mint makes no token.
public enum MintError: Error, Equatable {
    /// It has no key of the algorithm.
    case key(KeyError)
    /// No token can say that.
    case content(IssueError)
}
