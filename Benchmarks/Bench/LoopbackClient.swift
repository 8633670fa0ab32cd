import CLinux
import Foundation
import Glibc

/// A TCP connection to a server on this machine, for single questions.
struct LoopbackClient: ~Copyable {
    private let descriptor: Int32

    private static let timeoutSeconds = 5

    /// Connects to `port` of the loopback address.
    init(port: UInt16) throws(BenchError) {
        let made = try Self.makeSocket()
        // SAFETY: `connect` reads an address of the size that it is told, which lives through the call.
        let result = unsafe Self.withAddress(port: port) { unsafe connect(made, $0, $1) }
        guard result == 0 else {
            let code = errno
            close(made)
            throw .systemCall("connect", code: code)
        }
        descriptor = made
    }

    deinit { close(descriptor) }

    /// A port that nobody listens on now.
    static func freePort() throws(BenchError) -> UInt16 {
        let probe = try makeSocket()
        defer { close(probe) }
        // SAFETY: as in `init`.
        guard unsafe withAddress(port: 0, { unsafe bind(probe, $0, $1) }) == 0 else {
            throw .systemCall("bind", code: errno)
        }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: the kernel writes at most `size` bytes of the address.
        let result = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            unsafe getsockname(probe, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &size)
        }
        guard result == 0 else { throw .systemCall("getsockname", code: errno) }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Sends `request`, a whole one, and gives the whole response: as many bytes as its Content-Length says.
    func ask(_ request: String) throws(BenchError) -> [UInt8] {
        try send(Array(request.utf8))
        var response: [UInt8] = []
        while true {
            if let end = Self.endOfHead(response) {
                guard let length = Self.contentLength(response[..<end]) else {
                    throw .wrongAnswer("an answer without Content-Length: \(Self.statusLine(response))")
                }
                if response.count >= end + length { return Array(response[..<(end + length)]) }
            }
            response += try receive()
        }
    }

    /// The first line of `response`, for messages.
    static func statusLine(_ response: [UInt8]) -> String {
        String(decoding: response.prefix { $0 != 0x0D }, as: UTF8.self)
    }

    private func send(_ bytes: [UInt8]) throws(BenchError) {
        // SAFETY: the kernel reads as many bytes as there are. A request is far smaller than a fresh socket's buffer.
        let sent = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard sent == bytes.count else { throw .systemCall("send", code: errno) }
    }

    private func receive() throws(BenchError) -> ArraySlice<UInt8> {
        var chunk = [UInt8](repeating: 0, count: 4096)
        // SAFETY: the kernel writes at most as many bytes as the chunk has.
        let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw .systemCall("recv", code: errno) }
        guard count > 0 else { throw .wrongAnswer("the server closed before it had answered") }
        return chunk[..<count]
    }

    private static func endOfHead(_ response: [UInt8]) -> Int? {
        let blankLine: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        guard response.count >= blankLine.count else { return nil }
        let start = (0...(response.count - blankLine.count)).first { response[$0...].starts(with: blankLine) }
        return start.map { $0 + blankLine.count }
    }

    private static func contentLength(_ head: ArraySlice<UInt8>) -> Int? {
        let lines = String(decoding: head, as: UTF8.self).lowercased().split(separator: "\r\n")
        let line = lines.first { $0.hasPrefix("content-length:") }
        return line.flatMap { Int($0.drop { $0 != ":" }.dropFirst().filter { $0 != " " }) }
    }

    private static func makeSocket() throws(BenchError) -> Int32 {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw .systemCall("socket", code: errno) }
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        // SAFETY: the kernel reads a time of the size that it is told.
        unsafe setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        return made
    }

    @unsafe
    private static func withAddress(
        port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        // SAFETY: an IPv4 address begins as every socket address does.
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { rebound in
                unsafe body(rebound, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
