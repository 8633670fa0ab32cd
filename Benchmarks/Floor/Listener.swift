import CLinux
import Glibc

/// A socket that listens on `port` of the loopback address.
func listen(onLoopbackPort port: UInt16) throws(SystemCallError) -> Int32 {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try SystemCallError.checkErrno("socket", listener)
    try enable(SO_REUSEADDR, level: SOL_SOCKET, on: listener)
    // Accepted sockets inherit it.
    try enable(TCP_NODELAY, level: Int32(IPPROTO_TCP), on: listener)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    // SAFETY: bind reads `size` bytes of an address that begins as every socket address does.
    let bound = unsafe withUnsafeBytes(of: &address) { bytes in
        unsafe bind(listener, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, size)
    }
    try SystemCallError.checkErrno("bind", bound)
    try SystemCallError.checkErrno("listen", Glibc.listen(listener, 1024))
    return listener
}

private func enable(_ option: Int32, level: Int32, on socket: Int32) throws(SystemCallError) {
    var one: Int32 = 1
    // SAFETY: the kernel reads the four bytes that it is told of.
    let result = unsafe setsockopt(socket, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
    try SystemCallError.checkErrno("setsockopt", result)
}
