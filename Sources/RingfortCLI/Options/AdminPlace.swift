import Reactor

/// Where a server's own API is.
enum AdminPlace: Equatable, Sendable {
    case off
    case at(ListenAddress)

    /// Where it is when nobody says otherwise; nil where the path would be too long for a socket.
    static func standard(dataDirectory: String) -> ListenAddress? {
        ListenAddress(socketPath: "\(dataDirectory)/admin.sock")
    }
}

extension ValueParser where Value == AdminPlace {
    /// `off`, `unix:PATH` or `ADDRESS:PORT`.
    static var adminPlace: Self {
        Self(wanted: "off, unix:PATH with a path of at most 107 bytes, or ADDRESS:PORT") { text in
            if text == "off" { return .off }
            let address =
                text.hasPrefix("unix:") ? ListenAddress(socketPath: String(text.dropFirst(5))) : ListenAddress(text)
            return address.map(AdminPlace.at)
        } describe: { place in
            switch place {
            case .off: "off"
            case .at(let address): address.description
            }
        }
    }
}
