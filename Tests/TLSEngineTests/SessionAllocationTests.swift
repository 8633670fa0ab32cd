import Bytes
import COpenSSL
import TLSSupport
import TestSupport
import Testing

@testable import TLSEngine

@Suite("A TLS session's memory", .enabled(if: allocationsAreGated))
struct SessionAllocationTests {
    @Test("takes no block of our own for a request and its answer, once it is warm")
    func records() throws {
        let inOpenSSL = try blocks { session, request, answer, _, output in
            // SAFETY: the session is alive, and nobody else uses it.
            unsafe Self.bare(session.session, request, answer, &output)
        }
        let all = try blocks { session, request, answer, plaintext, output in
            session.receive(request.span.raw, plaintext: &plaintext, output: &output)
            session.send(answer.span.raw, output: &output)
        }
        print("Blocks of memory that OpenSSL takes inside for a request and its answer: \(inOpenSSL)")
        #expect(all == inOpenSSL)
        #expect(inOpenSSL > 0)
    }

    /// How many blocks `work` takes for a request and its answer.
    private func blocks(
        _ work: (inout TLSSession, [UInt8], [UInt8], inout ByteBuffer, inout ByteBuffer) -> Void
    ) throws -> Int {
        let client = TestClient(try Credentials.options())
        var session = try TLSSession(Credentials.context())
        var plaintext = ByteBuffer(capacity: 32768)
        var output = ByteBuffer(capacity: 32768)
        var fromClient = client.take()
        while !fromClient.isEmpty {
            session.receive(fromClient.span.raw, plaintext: &plaintext, output: &output)
            fromClient = client.take(output.bytes.array)
            output.removeAll()
        }
        let answer = [UInt8](repeating: 1, count: 500)
        var count = 0
        // The first rounds warm what is kept.
        for _ in 0..<3 {
            let request = client.send([UInt8](repeating: 2, count: 200))
            output.removeAll()
            plaintext.removeAll()
            (count, _) = allocations { work(&session, request, answer, &plaintext, &output) }
            _ = client.take(output.bytes.array)
        }
        #expect(client.plaintext.count == 3 * answer.count)
        return count
    }

    /// The same with OpenSSL alone, between the same ends.
    private static func bare(
        _ session: OpaquePointer, _ request: [UInt8], _ answer: [UInt8], _ output: inout ByteBuffer
    ) {
        // SAFETY: the session is alive, and its buffers are as long as OpenSSL is told.
        unsafe TransferBIO.exchange(SSL_get_rbio(session), request.span.raw, &output) { _ in
            var plaintext = InlineArray<1024, UInt8>(repeating: 0)
            var count = 0
            unsafe withUnsafeMutableBytes(of: &plaintext) { bytes in
                _ = unsafe SSL_read_ex(session, bytes.baseAddress, bytes.count, &count)
            }
            unsafe answer.withUnsafeBytes { bytes in
                _ = unsafe SSL_write_ex(session, bytes.baseAddress, bytes.count, &count)
            }
        }
    }
}
