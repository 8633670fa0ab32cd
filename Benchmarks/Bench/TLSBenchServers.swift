import Bytes
import COpenSSL
import TLSEngine
import TLSSupport

/// A way to make the server's sessions.
protocol TLSBenchSide {
    func makeServer() throws(BenchError) -> any TLSBenchServer
}

/// The server's side of one session.
protocol TLSBenchServer: AnyObject {
    /// Takes bytes of the client, and puts what is to be sent into the output.
    func receive(_ bytes: [UInt8])
    /// Encrypts bytes into the output.
    func send(_ bytes: [UInt8])
    /// The output, which is empty from then on. Not measured.
    func takeOutput() -> [UInt8]
}

/// The certificates of both sides.
struct TLSBenchCredentials {
    private let folder: CredentialFolder

    init() throws(BenchError) {
        do throws(TestCertificate.Failure) { folder = try CredentialFolder() } catch { throw .wrongAnswer("\(error)") }
    }

    /// Our sessions, and OpenSSL's, with one certificate.
    func sides(_ kind: TestCertificate.Kind) throws(BenchError) -> (ours: any TLSBenchSide, bare: any TLSBenchSide) {
        let identity: TLSConfiguration.Identity
        do throws(TestCertificate.Failure) {
            identity = try folder.write(TestCertificate("server", names: ["localhost"], kind: kind))
        } catch {
            throw .wrongAnswer("\(error)")
        }
        let context: TLSContext
        do throws(TLSConfigurationError) {
            context = try TLSContext(TLSConfiguration(identities: [identity]), tickets: TicketKeys())
        } catch {
            throw .wrongAnswer("\(error)")
        }
        return (OurSide(context: context), try BareSide(identity))
    }
}

private struct OurSide: TLSBenchSide {
    let context: TLSContext

    func makeServer() throws(BenchError) -> any TLSBenchServer {
        do throws(TLSConfigurationError) { return try OurServer(context) } catch { throw .wrongAnswer("\(error)") }
    }
}

/// Memory that all sessions use in turn, as those of a shard do.
private final class SharedMemory: @unchecked Sendable {
    // The benchmark has one thread.
    static let instance = SharedMemory()
    var buffers = Buffers()
    var array = [UInt8](repeating: 0, count: 128 * 1024)
}

private struct Buffers: ~Copyable {
    private var plaintext = ByteBuffer(capacity: 128 * 1024)
    private var output = ByteBuffer(capacity: 128 * 1024)

    mutating func receive(_ bytes: [UInt8], _ session: inout TLSSession) {
        plaintext.removeAll()
        session.receive(bytes.span.raw, plaintext: &plaintext, output: &output)
    }

    mutating func send(_ bytes: [UInt8], _ session: inout TLSSession) {
        session.send(bytes.span.raw, output: &output)
    }

    mutating func takeOutput() -> [UInt8] {
        defer { output.removeAll() }
        let bytes = output.bytes
        return (0..<bytes.byteCount).map { bytes[$0] }
    }
}

private final class OurServer: TLSBenchServer {
    private var session: TLSSession

    init(_ context: TLSContext) throws(TLSConfigurationError) { session = try TLSSession(context) }

    func receive(_ bytes: [UInt8]) { SharedMemory.instance.buffers.receive(bytes, &session) }

    func send(_ bytes: [UInt8]) { SharedMemory.instance.buffers.send(bytes, &session) }

    func takeOutput() -> [UInt8] { SharedMemory.instance.buffers.takeOutput() }
}

@safe
private final class BareSide: TLSBenchSide {
    private let context: OpaquePointer

    init(_ identity: TLSConfiguration.Identity) throws(BenchError) {
        // SAFETY: the context was just made; texts are read during the calls only.
        guard let context = unsafe SSL_CTX_new(TLS_server_method()),
            unsafe SSL_CTX_use_certificate_file(context, identity.certificatePath, SSL_FILETYPE_PEM) == 1,
            unsafe SSL_CTX_use_PrivateKey_file(context, identity.keyPath, SSL_FILETYPE_PEM) == 1
        else { throw .wrongAnswer("OpenSSL refuses a certificate") }
        unsafe self.context = context
    }

    // SAFETY: the context is this object's own.
    deinit { unsafe SSL_CTX_free(context) }

    func makeServer() throws(BenchError) -> any TLSBenchServer {
        // SAFETY: the session holds a reference to the context.
        guard let session = unsafe SSL_new(context) else { throw .wrongAnswer("OpenSSL has no memory") }
        return unsafe BareServer(session)
    }
}

/// OpenSSL with memory BIOs.
@safe
private final class BareServer: TLSBenchServer {
    private let session: OpaquePointer
    private let input = unsafe BIO_new(BIO_s_mem())
    private let sink = unsafe BIO_new(BIO_s_mem())
    private var output: [UInt8] = []

    init(_ session: OpaquePointer) {
        unsafe self.session = session
        // SAFETY: the session takes the BIOs over.
        unsafe SSL_set_bio(session, input, sink)
        unsafe SSL_set_accept_state(session)
    }

    // SAFETY: the session is this object's own.
    deinit { unsafe SSL_free(session) }

    func receive(_ bytes: [UInt8]) {
        // SAFETY: OpenSSL reads and writes as many bytes as the arrays have.
        unsafe BIO_write(input, bytes, Int32(bytes.count))
        if unsafe SSL_is_init_finished(session) == 1 || SSL_do_handshake(session) == 1 {
            while unsafe SSL_read(session, &SharedMemory.instance.array, 128 * 1024) > 0 {}
        }
        ERR_clear_error()
        drain()
    }

    func send(_ bytes: [UInt8]) {
        // SAFETY: OpenSSL reads as many bytes as the array has.
        unsafe SSL_write(session, bytes, Int32(bytes.count))
        drain()
    }

    func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    private func drain() {
        while true {
            // SAFETY: OpenSSL writes at most as many bytes as the array has.
            let count = unsafe BIO_read(sink, &SharedMemory.instance.array, 128 * 1024)
            guard count > 0 else { return }
            output += SharedMemory.instance.array.prefix(Int(count))
        }
    }
}
