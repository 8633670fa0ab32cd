import CLibFuzzer
import Glibc

/// The fuzzer. libFuzzer brings a `main` of its own for programs in C; in Swift, ours calls its library interface.
@main
enum Fuzz {
    static func main() {
        let arguments = CommandLine.arguments
        // libFuzzer skips what begins with two hyphens, and hands it on where it starts itself again.
        let chosen = arguments.dropFirst().first { $0.hasPrefix("--target=") }
        guard let chosen, let target = FuzzTarget(rawValue: String(chosen.dropFirst("--target=".count))) else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")
            print("usage: \(arguments[0]) --target=\(names) [LIBFUZZER OPTION ...] [CORPUS ...]")
            exit(2)
        }
        var count = CommandLine.argc
        // SAFETY: the arguments live as long as the process, and only libFuzzer uses them from here on.
        var values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        exit(unsafe LLVMFuzzerRunDriver(&count, &values, target.callback))
    }
}
