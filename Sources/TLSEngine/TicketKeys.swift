internal import Bytes
internal import COpenSSL
internal import Glibc
internal import Synchronization

/// The keys of session tickets, which all shards and all snapshots share: a client resumes wherever it connects again.
///
/// A lock is held while a key's few bytes are given to OpenSSL, twice in a handshake.
package final class TicketKeys: Sendable {
    private let ring: Mutex<TicketKeyRing>

    /// New keys.
    ///
    /// - Throws: `TLSConfigurationError.unavailable` when there is no randomness.
    package init() throws(TLSConfigurationError) {
        let first = try TicketKeyRing(atSeconds: Self.nowSeconds())
        ring = Mutex(first)
    }

    /// The monotonic clock: a step of the wall clock drops no key.
    private static func nowSeconds() -> Int64 {
        var now = timespec()
        // SAFETY: the kernel writes the time during the call only.
        unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &now)
        return Int64(now.tv_sec)
    }

    /// Makes the tickets of a context ones of these keys, which must live as long as it does.
    @unsafe
    func install(in context: OpaquePointer) {
        // SAFETY: whoever holds the context holds this object too (`CertificateContext.tickets`).
        unsafe SSL_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(self).toOpaque())
        unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(context) { session, name, vector, cipher, mac, isSealing in
            guard let keys = unsafe SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), 0) else { return Ticket.failed }
            let ticket = unsafe Ticket(name: name, vector: vector, cipher: cipher, mac: mac)
            // SAFETY: `install` put this object there, and it lives as long as the context.
            let owner = unsafe Unmanaged<TicketKeys>.fromOpaque(keys).takeUnretainedValue()
            return owner.prepare(ticket, isSealing: isSealing == 1)
        }
    }

    private func prepare(_ ticket: Ticket, isSealing: Bool) -> Int32 {
        ring.withLock { ring in
            do throws(TLSConfigurationError) {
                try ring.advance(toSeconds: Self.nowSeconds())
            } catch {
                return Ticket.failed
            }
            return isSealing ? ticket.seal(with: ring.current) : ticket.open(with: ring)
        }
    }
}

/// A ticket that OpenSSL asks the key of, and what to answer: see SSL_CTX_set_tlsext_ticket_key_evp_cb(3).
@safe
private struct Ticket {
    // INVARIANT: OpenSSL's addresses, valid until the callback that made this value returns.
    let name: UnsafeMutablePointer<UInt8>?
    let vector: UnsafeMutablePointer<UInt8>?
    let cipher: OpaquePointer?
    let mac: OpaquePointer?

    static let failed: Int32 = -1
    /// The client gets a full handshake, and a new ticket.
    private static let unknown: Int32 = 0
    private static let ready: Int32 = 1
    /// The client gets a new ticket besides.
    private static let old: Int32 = 2

    private static let vectorByteCount: Int32 = 16
    // Looked up once a process, not once a ticket. Where there is none, every ticket fails.
    // SAFETY: nobody changes an algorithm.
    nonisolated(unsafe) private static let algorithm = unsafe EVP_CIPHER_fetch(nil, "AES-256-CBC", nil)

    func seal(with key: borrowing TicketKey) -> Int32 {
        // SAFETY: OpenSSL has room for a name and a vector of these lengths there.
        guard let name = unsafe name, unsafe RAND_bytes(vector, Self.vectorByteCount) == 1 else { return Self.failed }
        unsafe key.name.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            unsafe UnsafeMutableRawPointer(name).copyMemory(from: start, byteCount: bytes.count)
        }
        return prepare(with: key, isSealing: true) ? Self.ready : Self.failed
    }

    func open(with ring: borrowing TicketKeyRing) -> Int32 {
        if isNamed(ring.current.name) {
            return prepare(with: ring.current, isSealing: false) ? Self.ready : Self.failed
        }
        guard isNamed(ring.previous.name) else { return Self.unknown }
        return prepare(with: ring.previous, isSealing: false) ? Self.old : Self.failed
    }

    private func isNamed(_ other: RawSpan) -> Bool {
        // SAFETY: OpenSSL gives as many bytes as a name has, and they are read before the callback returns.
        unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: name, count: TicketKey.nameByteCount)).equals(other)
    }

    private func prepare(with key: borrowing TicketKey, isSealing: Bool) -> Bool {
        // SAFETY: the contexts are OpenSSL's for this ticket; the key's bytes are copied during the calls.
        let hasCipher = unsafe key.encryptionKey.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return unsafe isSealing
                ? EVP_EncryptInit_ex2(cipher, Self.algorithm, start, vector, nil)
                : EVP_DecryptInit_ex2(cipher, Self.algorithm, start, vector, nil)
        }
        let hasMac = unsafe key.authenticationKey.withUnsafeBytes { bytes in
            unsafe ringfort_hmac_sha256_init(mac, bytes.baseAddress, bytes.count)
        }
        return hasCipher == 1 && hasMac == 1
    }
}
