import Bytes
import TLSEngine
import TLSSupport

/// A session that has just begun says the same of what comes in pieces as of what comes at once, never has plaintext, and
/// nothing wakes it once it has failed.
func fuzzTLS(_ bytes: RawSpan) {
    var choices = Choices(of: bytes)
    let whole = finalState(bytes) { $0 }
    let longest = 1 + choices.next(below: 64)
    let pieces = finalState(bytes) { min($0, 1 + choices.next(below: longest)) }
    require(whole == pieces, "a session in pieces comes as far as it does in one")
}

/// What becomes of a session that is given `bytes` in pieces; `piece` says of how many, and is told how many are left.
private func finalState(_ bytes: RawSpan, piece: (Int) -> Int) -> TLSSession.State {
    var plaintext = ByteBuffer(capacity: 64)
    var output = ByteBuffer(capacity: 4096)
    do throws(TLSConfigurationError) {
        var session = try TLSSession(server)
        var offset = 0
        while offset < bytes.byteCount {
            let end = offset + piece(bytes.byteCount - offset)
            let (before, written) = (session.state, output.count)
            session.receive(bytes.extracting(offset..<end), plaintext: &plaintext, output: &output)
            if case .failed = before {
                require(session.state == before && output.count == written, "a session that has failed is over")
            }
            offset = end
        }
        require(plaintext.isEmpty, "there is no plaintext without a handshake")
        require(session.state != .open, "nobody finishes a handshake whose keys he has not seen")
        require(output.count < 8192, "an answer is no longer than a flight of the handshake")
        session.close(output: &output)
        return session.state
    } catch {
        fail("there is memory for a session")
    }
}

private let server: TLSContext = {
    do {
        let folder = try CredentialFolder()
        let one = try folder.write(TestCertificate("one", names: ["one.example"]), as: "one")
        let two = try folder.write(TestCertificate("two", names: ["*.two.example"]), as: "two")
        let configuration = TLSConfiguration(identities: [one, two], oldestVersion: .tls12)
        return try TLSContext(configuration, tickets: TicketKeys())
    } catch {
        fail("a certificate that was just made can be used")
    }
}()
