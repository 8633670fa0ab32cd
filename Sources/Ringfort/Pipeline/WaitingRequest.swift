import Bytes
import Reactor
import Tokens

/// An admitted request whose body has not wholly arrived: it owns a copy of all that its handler will need.
///
/// This is the rare path, hence in a box: a body that came with its head is read where it lies, and a connection without
/// a waiting request pays eight bytes for this.
struct WaitingRequest: ~Copyable, Sendable {
    let admission: Admission
    let peer: PeerAddress
    let isHead: Bool
    /// What the request's origin is told, for when its head is gone.
    let crossOriginEntry: Int
    /// How he stands with his limit; nil where he isn't told.
    let limitState: LimitState?
    let head: ByteBuffer
    let path: ByteBuffer
    /// Those of who sends it; nil where nobody was asked.
    let claims: ClaimsCopy?
    var body = ByteBuffer(capacity: 4096)
}
