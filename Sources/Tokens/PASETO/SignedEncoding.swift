internal import Bytes

/// What the signature of a `public` token covers.
extension PASETOMemory {
    /// Writes what comes before the header: how many pieces there are, and in version 3 the public key.
    mutating func beginSigned(_ algorithm: Algorithm, publicKey: P384PublicKey? = nil) {
        encoded.removeAll()
        PASETO.append(pieceCount: algorithm == .v2Public ? 3 : algorithm == .v3Public ? 5 : 4, to: &encoded)
        publicKey?.withBytes { PASETO.append(piece: $0, to: &encoded) }
    }

    /// Writes header and message behind it.
    mutating func append(_ message: RawSpan, header: StaticString) {
        PASETO.append(header: header, to: &encoded)
        PASETO.append(piece: message, to: &encoded)
    }

    /// Appends the pieces at the end: the footer, and from version 3 on the implicit assertion.
    mutating func endSigned(
        _ algorithm: Algorithm, footer: borrowing ByteBuffer, assertion: borrowing ByteBuffer
    ) {
        PASETO.append(piece: footer, to: &encoded)
        if algorithm.coversImplicitAssertions { PASETO.append(piece: assertion, to: &encoded) }
    }
}
