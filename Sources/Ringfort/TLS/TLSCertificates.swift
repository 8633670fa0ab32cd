import TLSEngine

/// The certificates that sessions begin with: files that were all found good when they were read.
final class TLSCertificates: Sendable {
    /// What a session that begins now shows.
    let context: TLSContext
    private let tickets: TicketKeys

    /// Reads all files that the configuration names.
    ///
    /// - Parameter previous: what these take the place of, and whose sessions can be resumed with them.
    init(_ configuration: TLSConfiguration, replacing previous: TLSCertificates? = nil) throws(ServerError) {
        do throws(TLSConfigurationError) {
            if let previous { tickets = previous.tickets } else { tickets = try TicketKeys() }
            context = try TLSContext(configuration, tickets: tickets)
        } catch {
            throw .tls(error)
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
        let soon = context.expiries.filter { $0.unixSeconds - now < Self.warningSeconds }
        return soon.map { ($0.path, ($0.unixSeconds - now) / 86_400) }
    }

    /// How long before its end a certificate is worth a warning: by then, whoever renews it should have.
    private static let warningSeconds: Int64 = 14 * 86_400
}
