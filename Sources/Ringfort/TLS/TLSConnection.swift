import Bytes
import Reactor
import TLSEngine

/// What TLS knows of one connection between two events.
struct TLSConnection: ~Copyable {
    /// nil before the client has sent anything, and where there was no memory for one.
    var session: TLSSession?
    var peer = PeerAddress(ipv4: 0, port: 0)
    /// The listener that it came to.
    var listener = 0
    /// Its handshake waits for its turn.
    var isWaiting = false
    /// When the handshake must be done.
    var handshakeDeadlineNanoseconds: UInt64 = 0
    /// Requests of its are served: the handshake is done.
    var isServing = false
    /// Plaintext that the service has not taken yet.
    var rest: ByteBuffer?
    /// What the service wanted last, which holds on while records come that say nothing.
    var wanted = Reception(consumed: 0, next: .idle, deadlineNanoseconds: 0)
}
