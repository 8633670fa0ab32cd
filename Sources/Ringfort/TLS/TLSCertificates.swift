import Synchronization
import TLSEngine

/// The certificates that new sessions begin with. All shards read them; a reload replaces them at once.
final class TLSCertificates: Sendable {
    private let context: Mutex<TLSContext>
    /// The day since 1970 whose warnings are in the log.
    private let warnedDay = Atomic<Int64>(0)

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
            warn(log, unixSeconds: LogClock.unixSeconds)
        } catch {
            log.record(.error, "certificates_kept", ["reason": .text("\(error)")])
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
        let soon = current.expiries.filter { $0.unixSeconds - unixSeconds < Self.warningSeconds }
        return soon.map { ($0.path, ($0.unixSeconds - unixSeconds) / Self.daySeconds) }
    }

    private static let daySeconds: Int64 = 86_400
    /// How long before its end a certificate is worth a warning: by then, whoever renews it should have.
    private static let warningSeconds: Int64 = 14 * daySeconds
}
