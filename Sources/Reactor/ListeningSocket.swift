internal import CLinux
internal import Glibc
internal import Synchronization

/// A socket that listens on one address; several of them may share it, one a shard.
public final class ListeningSocket: Sendable {
    /// The socket, or -1 once it is closed.
    private let socket: Atomic<Int32>
    /// The address that it listens on: the port is the real one where 0 was asked for.
    public let address: ListenAddress

    var descriptor: Int32 { socket.load(ordering: .relaxed) }

    /// Listens on `address` with `count` sockets, among which the kernel spreads the connections (SO_REUSEPORT).
    ///
    /// - Throws: `ReactorError.addressInUse` when another process has the address, even one that would share it: two
    ///   servers that take each other's connections are never what was meant.
    public static func open(_ address: ListenAddress, count: Int) throws(ReactorError) -> [ListeningSocket] {
        precondition(count == 1 || address.socketPath == nil, "a socket in the file system is not shared")
        if let path = address.socketPath {
            try removeLeftover(address, path)
        } else if address.port != 0 {
            try probe(address)
        }
        var sockets: [ListeningSocket] = []
        var address = address
        for _ in 0..<count {
            let socket = try ListeningSocket(address)
            address = socket.address
            sockets.append(socket)
        }
        return sockets
    }

    private init(_ wanted: ListenAddress) throws(ReactorError) {
        let descriptor = try Self.bound(wanted, sharing: true)
        // The backlog is clamped by net.core.somaxconn; a burst of connections waits there while a pass is running.
        guard listen(descriptor, 4096) == 0 else {
            let error = errno
            Glibc.close(descriptor)
            throw .failed(operation: "listen on \(wanted)", errno: error)
        }
        socket = Atomic(descriptor)
        let port = wanted.socketPath == nil ? SocketAddress.localPort(of: descriptor) : nil
        address = port.map(wanted.with(port:)) ?? wanted
    }

    deinit { close() }

    /// Closes it; connections that wait in its backlog are refused. Closing twice does nothing.
    public func close() {
        let descriptor = socket.exchange(-1, ordering: .relaxed)
        guard descriptor >= 0 else { return }
        // Before nobody answers any more: from then on the path may be that of the next server.
        // SAFETY: the path is a terminated string for as long as the call takes.
        if let path = address.socketPath { unsafe unlink(path) }
        // An accept that is still pending keeps the socket alive; it shall queue nobody until the kernel has ended it.
        shutdown(descriptor, Int32(SHUT_RDWR))
        Glibc.close(descriptor)
    }

    /// Removes the socket of a server that has gone without doing so; one that is answered at, or is no socket, stays.
    private static func removeLeftover(_ address: ListenAddress, _ path: String) throws(ReactorError) {
        var status = stat()
        // SAFETY: the path is a terminated string, and the kernel fills in the structure.
        guard unsafe stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw .addressNotAvailable("\(address)", reason: "there is a file of that name that is no socket")
        }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .failed(operation: "socket", errno: errno) }
        defer { Glibc.close(descriptor) }
        guard address.connect(descriptor) != 0 else { throw .addressInUse("\(address)") }
        // SAFETY: as above.
        if errno == ECONNREFUSED { unsafe unlink(path) }
    }

    /// Binds without sharing, only to learn whether somebody has the address.
    private static func probe(_ address: ListenAddress) throws(ReactorError) {
        Glibc.close(try bound(address, sharing: false))
    }

    private static func bound(_ address: ListenAddress, sharing: Bool) throws(ReactorError) -> Int32 {
        let descriptor = Glibc.socket(
            address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            address.socketPath == nil ? Int32(IPPROTO_TCP) : 0)
        guard descriptor >= 0 else { throw .failed(operation: "socket", errno: errno) }
        if address.socketPath != nil {
            // The file has the mode that the socket has now: there is no moment in which others could connect.
            guard fchmod(descriptor, S_IRUSR | S_IWUSR) == 0 else {
                let error = errno
                Glibc.close(descriptor)
                throw .failed(operation: "fchmod", errno: error)
            }
            return try bound(descriptor, address)
        }
        // A restart must not wait for the old connections' TIME_WAIT. Answers leave whole: no waiting for more of them.
        var options = [(SOL_SOCKET, SO_REUSEADDR), (Int32(IPPROTO_TCP), TCP_NODELAY)]
        if sharing { options.append((SOL_SOCKET, SO_REUSEPORT)) }
        if address.family == AF_INET6 { options.append((Int32(IPPROTO_IPV6), IPV6_V6ONLY)) }
        var on: Int32 = 1
        for (level, option) in options {
            // SAFETY: the option's value is a local Int32, and its size is given.
            guard unsafe setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
                let error = errno
                Glibc.close(descriptor)
                throw .failed(operation: "setsockopt(\(option))", errno: error)
            }
        }
        return try bound(descriptor, address)
    }

    private static func bound(_ descriptor: Int32, _ address: ListenAddress) throws(ReactorError) -> Int32 {
        guard address.bind(descriptor) == 0 else {
            let error = errno
            Glibc.close(descriptor)
            throw Self.explain(error, address)
        }
        return descriptor
    }

    private static func explain(_ error: Int32, _ address: ListenAddress) -> ReactorError {
        switch error {
        case EACCES where address.socketPath != nil, ENOENT, ENOTDIR:
            .addressNotAvailable("\(address)", reason: "its directory isn't there, or may not be written to")
        case EADDRINUSE: .addressInUse("\(address)")
        case EACCES: .addressNotAvailable("\(address)", reason: "ports below 1024 need the right CAP_NET_BIND_SERVICE")
        case EADDRNOTAVAIL: .addressNotAvailable("\(address)", reason: "this machine doesn't have that address")
        default: .failed(operation: "bind to \(address)", errno: error)
        }
    }
}
