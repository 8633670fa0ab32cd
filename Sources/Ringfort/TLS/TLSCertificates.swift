import Synchronization
import TLSEngine

/// The certificates that sessions begin with: files that were all found good when they were read.
final class TLSCertificates: Sendable {
    /// What a session that begins now shows.
    let context: TLSContext
    private let tickets: TicketKeys
    /// The day since 1970 whose warnings are in the log.
    private let warnedDay = Atomic<Int64>(0)

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

    /// Tells the log which certificates expire soon, once a day: called with every handshake, by all shards.
    func warnDaily(_ log: LogWriter, unixSeconds: Int64) {
        let (today, last) = (unixSeconds / Self.daySeconds, warnedDay.load(ordering: .relaxed))
        guard today != last,
            warnedDay.compareExchange(expected: last, desired: today, ordering: .relaxed).exchanged
        else { return }
        warn(log, unixSeconds: unixSeconds)
    }

    private func warn(_ log: LogWriter, unixSeconds: Int64) {
        for (path, days) in expiring(unixSeconds: unixSeconds) {
            log.record(.warning, "certificate_expires", ["path": .text(path), "days": .integer(days)])
        }
    }

    /// The certificates that expire soon, and in how many days.
    func expiring(unixSeconds: Int64) -> [(path: String, days: Int64)] {
        let soon = context.expiries.filter { $0.unixSeconds - unixSeconds < Self.warningSeconds }
        return soon.map { ($0.path, ($0.unixSeconds - unixSeconds) / Self.daySeconds) }
    }

    private static let daySeconds: Int64 = 86_400
    /// How long before its end a certificate is worth a warning: by then, whoever renews it should have.
    private static let warningSeconds: Int64 = 14 * daySeconds
}
