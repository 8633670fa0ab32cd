public import Reactor

/// Where a server listens, and how it is spoken to there.
public struct Listener: Equatable, Sendable {
    /// How clients speak to it.
    public enum Scheme: String, CaseIterable, Sendable {
        /// HTTP/1.1 in plain: tokens can be read by whoever sees the bytes.
        case http
        /// HTTP/1.1 over TLS.
        case https
    }

    /// How clients speak to it.
    public var scheme: Scheme
    /// Where it listens.
    public var address: ListenAddress

    /// A listener.
    public init(_ scheme: Scheme, _ address: ListenAddress) {
        self.scheme = scheme
        self.address = address
    }

    /// A listener from its text: `http://127.0.0.1:8080`, `https://[::]:8443`; nil when it is no such thing.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasPrefix("//"), let scheme = Scheme(rawValue: String(parts[0])),
            let address = ListenAddress(String(parts[1].dropFirst(2)))
        else { return nil }
        self.init(scheme, address)
    }
}

extension Listener: CustomStringConvertible {
    /// The text, as it was given: `http://127.0.0.1:8080`.
    public var description: String { "\(scheme.rawValue)://\(address)" }
}

extension ServerConfiguration {
    /// All listeners, those of HTTPS first: so their numbers tell who speaks TLS. The first is that of `address`.
    var allListeners: [Listener] {
        let all = [Listener(tls == nil ? .http : .https, address)] + listeners
        return all.filter { $0.scheme == .https } + all.filter { $0.scheme == .http }
    }

    /// How many of them are of HTTPS.
    var secureListeners: Int { allListeners.count { $0.scheme == .https } }
}
