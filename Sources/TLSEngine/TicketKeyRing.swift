internal import COpenSSL

/// The key that tickets are sealed with now, and the one before it, whose tickets are still taken.
///
/// A ticket lives as long as a key is in use: so one that was sealed with a key's last breath is over when the key is
/// dropped, and no key opens tickets for longer than two periods.
struct TicketKeyRing: ~Copyable {
    /// How long a key seals tickets, and how long a ticket lives, in seconds.
    static let periodSeconds: Int64 = 3600

    private(set) var current: TicketKey
    /// One that no ticket was ever sealed with, where there was none.
    private(set) var previous: TicketKey
    private var startSeconds: Int64

    /// - Throws: `TLSConfigurationError.unavailable` when there is no randomness.
    init(atSeconds now: Int64) throws(TLSConfigurationError) {
        let first = try TicketKey()
        let unused = try TicketKey()
        current = first
        previous = unused
        startSeconds = now
    }

    /// Changes keys where it is time to: called before each use.
    ///
    /// - Throws: `TLSConfigurationError.unavailable` when there is no randomness.
    mutating func advance(toSeconds now: Int64) throws(TLSConfigurationError) {
        let age = now - startSeconds
        guard age >= Self.periodSeconds else { return }
        // A key that has not been in use for a whole period has no tickets left.
        if age >= 2 * Self.periodSeconds { current = try TicketKey() }
        previous = try TicketKey()
        swap(&current, &previous)
        startSeconds = now
    }
}

/// One key of tickets: its name in public, then what encrypts and what authenticates. Wiped when it is dropped.
struct TicketKey: ~Copyable {
    static let nameByteCount = 16
    static let secretByteCount = 32

    private let content: WipedBytes

    /// A new key.
    ///
    /// - Throws: `TLSConfigurationError.unavailable` when there is no randomness.
    init() throws(TLSConfigurationError) {
        content = try WipedBytes(capacity: Self.nameByteCount + 2 * Self.secretByteCount) {
            (target: inout MutableRawSpan) throws(TLSConfigurationError) in
            // SAFETY: OpenSSL fills the span during the call only.
            let result = unsafe target.withUnsafeMutableBytes { bytes in
                unsafe RAND_priv_bytes(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count))
            }
            guard result == 1 else { throw .unavailable }
            return target.byteCount
        }
    }

    var name: RawSpan {
        @_lifetime(borrow self)
        get { content.bytes.extracting(first: Self.nameByteCount) }
    }

    var encryptionKey: RawSpan {
        @_lifetime(borrow self)
        get { content.bytes.extracting(droppingFirst: Self.nameByteCount).extracting(first: Self.secretByteCount) }
    }

    var authenticationKey: RawSpan {
        @_lifetime(borrow self)
        get { content.bytes.extracting(last: Self.secretByteCount) }
    }
}
