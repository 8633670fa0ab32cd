import Glibc
import Statistics

/// Why a benchmark can't be run, or its figures not be trusted.
enum BenchError: Error {
    /// The command line; the text says what is wrong with it.
    case usage(String)
    case toolMissing(String, cure: String)
    case fewProcessors(Int)
    case systemCall(StaticString, code: Int32)
    case unreadable(path: String)
    case unwritable(path: String)
    /// A program that was started ended, or never answered; `output` is the last it said.
    case programFailed(command: String, output: String)
    /// A server did not answer as the measurement needs it.
    case wrongAnswer(String)
    /// The load met errors, so its figures are not those of the work that was asked for.
    case loadFailed(String)
    case statistics(StatisticsError)
    /// The user asked to stop.
    case interrupted
}

extension BenchError: CustomStringConvertible {
    var description: String {
        switch self {
        case .usage(let fault): fault
        case .toolMissing(let tool, let cure): "\(tool) is not on PATH. Cure: \(cure)"
        case .fewProcessors(let count): "a server and its load need a processor each; this machine has \(count)"
        // SAFETY: strerror gives a valid string, which is copied at once.
        case .systemCall(let call, let code): unsafe "\(call): \(String(cString: strerror(code)))"
        case .unreadable(let path): "can't read \(path)"
        case .unwritable(let path): "can't write \(path)"
        case .programFailed(let command, let output): "failed: \(command)\n\(output)"
        case .wrongAnswer(let fault): fault
        case .loadFailed(let fault): fault
        case .statistics(let error): "the figures allow no statement: \(error)"
        case .interrupted: "interrupted"
        }
    }
}
