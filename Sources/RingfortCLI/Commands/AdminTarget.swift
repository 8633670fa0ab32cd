import Reactor

/// Which running server a command asks.
struct AdminTarget: Sendable {
    var dataDirectory = "./data"
    var place: AdminPlace?
    /// A token, where the server asks for one, or `-`.
    var token: String?

    /// Where the server is to be found; nil for one that has no such place.
    var address: ListenAddress? {
        switch place {
        case nil: AdminPlace.standard(dataDirectory: dataDirectory)
        case .off: nil
        case .at(let address): address
        }
    }
}

/// Options of a command that asks a running server.
protocol AdminOptions: Sendable {
    var target: AdminTarget { get set }
}

extension CommandOption where Options: AdminOptions {
    /// The options that say which server is asked.
    static var target: [CommandOption] {
        [
            CommandOption("data", "DIR", \.target.dataDirectory, .line, help: "The server's data directory."),
            CommandOption(
                "admin", "ADDRESS", \.target.place, .adminPlace, defaultText: "admin.sock, inside the data directory",
                help: "Where the server's admin.listen is, when not in its data directory; on this machine only."
            ),
            CommandOption(
                "token", "TOKEN|-", \.target.token, .line,
                help: "A token for a server whose admin.access is token; - to read it from standard input."
            ),
        ]
    }
}
