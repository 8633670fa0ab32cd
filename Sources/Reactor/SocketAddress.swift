internal import Glibc

/// The C interface to socket addresses.
enum SocketAddress {
    /// Calls `body` with a pointer to `address` as the generic structure, and its size.
    @unsafe
    static func withGeneric<Address>(
        _ address: inout Address, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        // SAFETY: the kernel tells the families apart by the first field, which all address structures share.
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// The port that a socket is bound to, or nil.
    static func localPort(of socket: Int32) -> UInt16? {
        var address = sockaddr_in6()
        // SAFETY: the call is given the structure with its size, which both are locals.
        let result = unsafe withGeneric(&address) { pointer, size in
            var size = size
            return unsafe getsockname(socket, pointer, &size)
        }
        return result == 0 ? UInt16(bigEndian: address.sin6_port) : nil
    }

    /// Who is at the other end of a socket; nil when it has gone already.
    static func peer(of socket: Int32) -> PeerAddress? {
        var address = sockaddr_in6()
        // SAFETY: the call is given the structure with its size, which both are locals.
        let result = unsafe withGeneric(&address) { pointer, size in
            var size = size
            return unsafe getpeername(socket, pointer, &size)
        }
        return result == 0 ? PeerAddress(address) : nil
    }
}

extension PeerAddress {
    /// Reads an address that the kernel has written: an IPv6 one, or an IPv4 one in the same memory.
    fileprivate init(_ address: sockaddr_in6) {
        let port = UInt16(bigEndian: address.sin6_port)
        // Who comes through a socket in the file system has no address; he is on this machine.
        if Int32(address.sin6_family) == AF_UNIX {
            self.init(ipv4: UInt32(INADDR_LOOPBACK), port: 0)
            return
        }
        if Int32(address.sin6_family) == AF_INET {
            // sockaddr_in has its address where sockaddr_in6 has the flow information.
            self.init(ipv4: UInt32(bigEndian: address.sin6_flowinfo), port: port)
            return
        }
        var bytes = address.sin6_addr
        // SAFETY: the structure is sixteen plain bytes.
        let (high, low) = unsafe withUnsafeBytes(of: &bytes) {
            unsafe ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(ipv6High: UInt64(bigEndian: high), low: UInt64(bigEndian: low), port: port)
    }
}
