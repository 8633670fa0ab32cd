import Glibc

/// A token as a command is given it: itself, or `-` for standard input, which keeps it out of the shell's history.
enum TokenInput {
    /// The token's bytes, without white space around them.
    static func bytes(_ operand: String) -> [UInt8] {
        trimmed(operand == "-" ? standardInput() : Array(operand.utf8))
    }

    static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let start = bytes.drop(while: isSpace)
        return Array(start.reversed().drop(while: isSpace).reversed())
    }

    /// Standard input to its end, or to more than any token has.
    private static func standardInput() -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < mostBytes {
            // SAFETY: the kernel writes into the array, as many bytes as it has at most, during the call only.
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    private static let mostBytes = 1 << 20
}

extension CommandOperand {
    /// `TOKEN|-`.
    static func token(_ member: any WritableKeyPath<Options, String?> & Sendable) -> CommandOperand {
        CommandOperand(
            "TOKEN|-", member, .text,
            help: "The token, or '-' to read it from standard input, which keeps it out of the shell's history."
        )
    }
}
