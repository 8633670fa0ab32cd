/// The files of a server's logs, where it has some.
final class LogFiles: Sendable {
    let log: LogFile?
    let audit: LogFile?

    /// Opens the files that a configuration names.
    init(_ configuration: ServerConfiguration) throws(LogError) {
        log = try configuration.logPath.map { path throws(LogError) in try LogFile(path) }
        audit = try configuration.auditPath.map { path throws(LogError) in try LogFile(path) }
    }

    /// Opens both anew. Where that can't be, lines go on where they went; the log says so.
    func reopen(_ writer: LogWriter) {
        for file in [log, audit].compactMap(\.self) {
            do throws(LogError) {
                try file.reopen()
            } catch {
                writer.record(.error, "log_kept", ["reason": .text("\(error)")])
            }
        }
    }
}
