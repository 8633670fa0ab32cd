import Synchronization
import TLSEngine

/// The certificates that new sessions begin with. All shards read them; a reload replaces them at once.
final class TLSCertificates: Sendable {
    private let context: Mutex<TLSContext>

    /// Reads all files that the configuration names.
    init(_ configuration: TLSConfiguration) throws(TLSConfigurationError) {
        let first = try TLSContext(configuration, tickets: TicketKeys())
        context = Mutex(first)
    }

    /// The certificates of a configuration that has some.
    static func reading(_ configuration: ServerConfiguration) throws(ServerError) -> TLSCertificates? {
        guard let tls = configuration.tls else { return nil }
        do throws(TLSConfigurationError) { return try TLSCertificates(tls) } catch { throw .tls(error) }
    }

    /// What a session that begins now shows.
    var current: TLSContext { context.withLock { $0 } }

    /// Reads the same files again. Where one can't be used, everything stays as it is; the log says so.
    func reload(_ log: LogWriter) {
        do throws(TLSConfigurationError) {
            let next = try current.reloaded()
            context.withLock { $0 = next }
            log.record(.info, "certificates_reloaded")
            warn(log)
        } catch {
            log.record(.error, "certificates_kept", ["reason": .text("\(error)")])
        }
    }

    /// Tells the log which certificates expire soon.
    func warn(_ log: LogWriter) {
        for (path, days) in expiring {
            log.record(.warning, "certificate_expires", ["path": .text(path), "days": .integer(days)])
        }
    }

    /// The certificates that expire soon, and in how many days.
    var expiring: [(path: String, days: Int64)] {
        let now = Int64(clamping: LogClock.wallClockNanoseconds / 1_000_000_000)
        let soon = current.expiries.filter { $0.unixSeconds - now < Self.warningSeconds }
        return soon.map { ($0.path, ($0.unixSeconds - now) / 86_400) }
    }

    /// How long before its end a certificate is worth a warning: by then, whoever renews it should have.
    private static let warningSeconds: Int64 = 14 * 86_400
}
