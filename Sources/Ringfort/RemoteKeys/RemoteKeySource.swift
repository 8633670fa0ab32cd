import Glibc
import KeyFetching
public import Tokens

/// Where an issuer publishes its keys: a set of JSON web keys (RFC 7517) that a server fetches over HTTPS, and again before
/// it gets old.
public struct RemoteKeySource: Sendable, Equatable {
    let location: HTTPSURL
    /// A file in PEM with the authorities that the host's certificate must lead to; nil for those of the system.
    public var authorityPath: String?
    /// Whether the host may be in a private network, or this machine.
    public var allowsPrivateAddresses = false
    /// The algorithms whose tokens are taken; nil for those of all keys. A key of RSA that doesn't say its algorithm is for
    /// the only one of RSA that is named here.
    public var algorithms: [Algorithm]?

    /// The set at `url`: `https`, without user name, password and fragment.
    ///
    /// - Throws: `ServerError.setting` for any other.
    public init(url: String) throws(ServerError) {
        guard let location = HTTPSURL(url) else {
            throw .setting(name: "jwks_url", reason: "'\(url)' is not \(Self.wanted)")
        }
        self.location = location
    }

    /// The URL as it was given.
    public var url: String { location.text }

    /// What a URL must be.
    package static let wanted = "an https URL without user name, password and fragment"

    /// The algorithm of RSA keys that name none.
    var rsaAlgorithm: Algorithm? {
        let candidates = algorithms?.filter(\.isRSA) ?? []
        return candidates.count == 1 ? candidates.first : nil
    }

    /// Refuses what could not be fetched whatever the host answers.
    func validate() throws(ServerError) {
        guard let authorityPath else { return }
        do throws(FileError) {
            _ = try BoundedFile.read(authorityPath, mostBytes: Self.mostAuthorityBytes)
        } catch {
            throw .setting(name: "jwks_ca_file", reason: "\(error)")
        }
    }

    private static let mostAuthorityBytes = 1 << 20
}

extension Algorithm {
    fileprivate var isRSA: Bool {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: true
        default: false
        }
    }
}
