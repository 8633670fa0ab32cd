import Bytes
import Glibc

/// A password as a command is given it: typed at the terminal, without being shown, or read from a file. Never as an argument,
/// which everybody on the machine can see.
enum PasswordInput {
    /// How long a password is, in bytes.
    static let lengths = 8...128

    /// Reads it: from the first line of the file at `path`, of standard input where that is `-`, or else from the terminal, twice.
    static func read(path: String?) throws(PasswordFailure) -> [UInt8] {
        let password = if let path { try line(path) } else { try typed() }
        guard lengths.contains(password.count), !password.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .unsuitable
        }
        return password
    }

    private static func line(_ path: String) throws(PasswordFailure) -> [UInt8] {
        guard path != "-" else { return firstLine(STDIN_FILENO) }
        // SAFETY: the path is a terminated string for as long as the call takes.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .file(path, errno: errno) }
        defer { close(file) }
        return firstLine(file)
    }

    private static func typed() throws(PasswordFailure) -> [UInt8] {
        // SAFETY: a literal is terminated.
        let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { throw .noTerminal }
        defer { close(terminal) }
        let password = try ask("Password: ", terminal)
        guard try ask("Once more: ", terminal) == password else { throw .mistyped }
        return password
    }

    /// Asks for a line that the terminal doesn't show.
    private static func ask(_ prompt: String, _ terminal: Int32) throws(PasswordFailure) -> [UInt8] {
        var before = termios()
        // SAFETY: both structures are locals, and the descriptor is open.
        guard unsafe tcgetattr(terminal, &before) == 0 else { throw .noTerminal }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        guard unsafe tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else { throw .noTerminal }
        defer { unsafe tcsetattr(terminal, TCSAFLUSH, &before) }
        write(prompt, to: terminal)
        defer { write("\n", to: terminal) }
        return firstLine(terminal)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        // SAFETY: the kernel reads the array during the call only.
        _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
    }

    /// The bytes before the first newline or the end, or as many as show that it is too long.
    private static func firstLine(_ descriptor: Int32) -> [UInt8] {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        // SAFETY: the kernel writes one byte to the local.
        while line.count <= lengths.upperBound, unsafe Glibc.read(descriptor, &byte, 1) == 1, byte != 0x0A {
            line.append(byte)
        }
        if line.last == 0x0D { line.removeLast() }
        return line
    }
}

/// Why there is no password.
enum PasswordFailure: Error, Equatable, CustomStringConvertible {
    case file(String, errno: Int32)
    case noTerminal
    case mistyped
    case unsuitable

    var description: String {
        switch self {
        case .file(let path, let errno):
            // SAFETY: strerror returns a terminated string that is copied at once.
            "the password file '\(path)' can't be read: \(unsafe String(cString: strerror(errno)))"
        case .noTerminal:
            "there is no terminal to type a password at: name a file with --password-file, or - for standard input"
        case .mistyped: "the two passwords differ; nothing was changed"
        case .unsuitable:
            "a password has \(PasswordInput.lengths.lowerBound) to \(PasswordInput.lengths.upperBound) bytes and no control "
                + "characters"
        }
    }
}
