import Glibc

let usage = """
    usage: ringfort-floor PORT [FILE]

    Answers every request on 127.0.0.1:PORT with the bytes of FILE, a whole HTTP/1.1 response (80 bytes of its own
    without one), over bare io_uring: what a server on this machine can at best cost. Ends when it is signalled.
    """

func complain(_ message: String) {
    let line = Array((message + "\n").utf8)
    // SAFETY: the kernel reads as many bytes as the array has.
    _ = unsafe write(STDERR_FILENO, line, line.count)
}

/// The bytes of the file at `path`.
func contents(of path: String) throws(SystemCallError) -> [UInt8] {
    // SAFETY: the path is a terminated string for the length of the call.
    let file = unsafe open(path, O_RDONLY)
    try SystemCallError.checkErrno("open", file)
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
        // SAFETY: the kernel writes at most as many bytes as the chunk has.
        let count = unsafe read(file, &chunk, chunk.count)
        try SystemCallError.checkErrno("read", Int32(count))
        guard count > 0 else { return bytes }
        bytes += chunk[..<count]
    }
}

let builtIn = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 15\r\n\r\nAPI is healthy\n"
let arguments = CommandLine.arguments.dropFirst()
guard let port = arguments.first.flatMap({ UInt16($0) }), arguments.count <= 2 else {
    if arguments.first == "--help" || arguments.first == "-h" {
        print(usage)
        exit(0)
    }
    complain(usage)
    exit(2)
}
do throws(SystemCallError) {
    let answer = arguments.count == 2 ? try contents(of: arguments[2]) : Array(builtIn.utf8)
    var floor = try Floor(listener: try listen(onLoopbackPort: port), answer: answer)
    try floor.run()
} catch {
    complain("ringfort-floor: \(error)")
    exit(1)
}
