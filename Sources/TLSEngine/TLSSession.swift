package import Bytes
internal import COpenSSL

/// One TLS connection's server side: bytes of the wire in, plaintext out, and the other way round. Does no I/O.
///
/// Everything a call has to say to the peer is appended to `output` in the same call, alerts too. The session holds no
/// bytes but what of a record has come so far. None of the calls allocates memory of ours; OpenSSL takes a buffer of
/// 17 KiB for reading and one for writing, and gives each back when nothing is left in it.
@safe
package struct TLSSession: ~Copyable {
    /// Where a session is in its life. It only ever moves down this list.
    package enum State: Equatable, Sendable {
        /// Keys are being agreed on; there is no plaintext yet.
        case handshaking
        /// Plaintext goes both ways.
        case open
        /// The peer will send nothing more (close_notify); it may still be sent to.
        case peerClosed
        /// The session has been closed from here.
        case closed
        /// The session is over; an alert that says so may be in the output.
        case failed(TLSFailure)
    }

    // INVARIANT: an SSL that this value alone owns, in the server's role, and the BIO that it reads from and writes to.
    let session: OpaquePointer
    private let bio: OpaquePointer
    /// What the session was made of: its certificates and callbacks live as long as it does.
    private let context: TLSContext
    /// Where the session is in its life.
    package private(set) var state = State.handshaking

    /// A session that waits for a client's first bytes.
    ///
    /// - Throws: `TLSConfigurationError.unavailable` when there is no memory.
    package init(_ context: TLSContext) throws(TLSConfigurationError) {
        // SAFETY: session and BIO were just made; the session takes the BIO over, and whatever fails is freed once.
        guard let session = unsafe context.makeSession() else { throw .unavailable }
        guard let bio = unsafe TransferBIO.make() else {
            unsafe SSL_free(session)
            throw .unavailable
        }
        unsafe SSL_set_bio(session, bio, bio)
        unsafe SSL_set_accept_state(session)
        self.context = context
        unsafe self.session = session
        unsafe self.bio = bio
    }

    // SAFETY: the session is this value's own, and freed once, with its BIO and before its context.
    deinit { unsafe SSL_free(session) }

    /// Takes all of `bytes`, in order, and appends what they say to `plaintext`.
    ///
    /// - Returns: The state after them. In the last three, bytes are dropped.
    @discardableResult
    package mutating func receive(
        _ bytes: RawSpan, plaintext: inout ByteBuffer, output: inout ByteBuffer
    ) -> State {
        guard state == .handshaking || state == .open else { return state }
        let (session, isOpen) = unsafe (session, state == .open)
        // What somebody else has left there would be taken for this session's.
        ERR_clear_error()
        // SAFETY: session and BIO are this value's own; OpenSSL uses the transfer during the call only.
        state = unsafe TransferBIO.exchange(bio, bytes, &output) { transfer in
            if !isOpen {
                let result = unsafe SSL_do_handshake(session)
                guard result == 1 else {
                    let next = unsafe Self.state(of: session, after: result, else: .handshaking)
                    // A close_notify before there are keys: OpenSSL takes it for an end like any other.
                    return next == .peerClosed ? .failed(.alert(0)) : next
                }
            }
            return unsafe Self.readAll(session, transfer, into: &plaintext)
        }
        return state
    }

    /// Appends `plaintext` to `output` in as few records as it takes: whoever gives many small answers at once has them
    /// in one.
    ///
    /// - Returns: The state after it. Unless that is `open` or `peerClosed`, nothing was sent: there is no memory, or the
    ///   client is in the middle of a message that changes keys, and has to be let go.
    @discardableResult
    package mutating func send(_ plaintext: RawSpan, output: inout ByteBuffer) -> State {
        guard state == .open || state == .peerClosed, plaintext.byteCount > 0 else { return state }
        // SAFETY: session and BIO are this value's own.
        let session = unsafe session
        ERR_clear_error()
        let result = unsafe TransferBIO.exchange(bio, RawSpan(), &output) { _ in
            // SAFETY: OpenSSL reads the span during the call only. It writes all of it, since the output takes all, or none.
            unsafe plaintext.withUnsafeBytes { bytes in
                var written = 0
                return unsafe SSL_write_ex(session, bytes.baseAddress, bytes.count, &written)
            }
        }
        if result != 1 { state = .failed(unsafe TLSFailure(of: session)) }
        return state
    }

    /// Ends the session: appends close_notify (RFC 8446 section 6.1), where the peer could understand it.
    package mutating func close(output: inout ByteBuffer) {
        guard state == .open || state == .peerClosed else { return }
        // SAFETY: session and BIO are this value's own, and what is said goes to the output during the call.
        let session = unsafe session
        ERR_clear_error()
        unsafe TransferBIO.exchange(bio, RawSpan(), &output) { _ in _ = unsafe SSL_shutdown(session) }
        ERR_clear_error()
        state = .closed
    }
}

extension TLSSession {
    /// The least that one read has room for, and the most: what a record may hold (RFC 8446 section 5.1).
    private static var chunkBytes: ClosedRange<Int> { 512...16384 }

    private static func readAll(
        _ session: OpaquePointer, _ transfer: UnsafePointer<Transfer>, into plaintext: inout ByteBuffer
    ) -> State {
        // Plaintext is never longer than what it came in: one read is mostly enough.
        // SAFETY: session and transfer are the caller's, and alive until it returns.
        let chunk = min(max(unsafe transfer.pointee.input.count, chunkBytes.lowerBound), chunkBytes.upperBound)
        while true {
            // To ask OpenSSL once more, where there is nothing left to read, costs more than to ask ourselves.
            if unsafe transfer.pointee.isDrained && SSL_pending(session) == 0 { return .open }
            let start = plaintext.count
            var (result, count): (Int32, Int) = (0, 0)
            plaintext.append(count: chunk) { target in
                // SAFETY: OpenSSL writes at most as many bytes as the span has, during the call only.
                result = unsafe target.withUnsafeMutableBytes {
                    unsafe SSL_read_ex(session, $0.baseAddress, $0.count, &count)
                }
            }
            plaintext.truncate(to: start + count)
            guard result == 1 else { return unsafe state(of: session, after: result, else: .open) }
        }
    }

    /// The state after a call of OpenSSL's that did not do all that it was asked for.
    private static func state(of session: OpaquePointer, after result: Int32, else waiting: State) -> State {
        // SAFETY: the session is the caller's.
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: waiting
        case SSL_ERROR_ZERO_RETURN: .peerClosed
        default: .failed(unsafe TLSFailure(of: session))
        }
    }
}

// SAFETY: a value owns its session alone; sending the value sends it. The context that it holds is immutable.
extension TLSSession: @unchecked Sendable {}
