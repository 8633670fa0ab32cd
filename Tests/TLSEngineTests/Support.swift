import Bytes
import Foundation
import TLSSupport
import Testing

@testable import TLSEngine

extension RawSpan {
    /// A copy of the bytes.
    var array: [UInt8] { (0..<byteCount).map { self[$0] } }
}

/// A server's session, and what it has read.
final class TestServer {
    private var session: TLSSession
    private(set) var plaintext: [UInt8] = []

    init(_ context: TLSContext) throws { session = try TLSSession(context) }

    var state: TLSSession.State { session.state }
    var isResumed: Bool { session.isResumed }
    var parameters: String { session.parameters }
    var clientThumbprint: [UInt8]? {
        session.clientCertificateThumbprint().map { thumbprint in (0..<32).map { thumbprint[$0] } }
    }

    /// Takes bytes of the client in pieces of `pieceBytes`, and returns what is to be sent to it.
    func take(_ bytes: [UInt8], pieceBytes: Int = .max) -> [UInt8] {
        var decrypted = ByteBuffer(capacity: 4096)
        var output = ByteBuffer(capacity: 4096)
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieceBytes))
            session.receive(piece.span.raw, plaintext: &decrypted, output: &output)
            rest = rest.dropFirst(piece.count)
        }
        plaintext += decrypted.bytes.array
        return output.bytes.array
    }

    /// Encrypts `bytes`, and returns what is to be sent to the client.
    func send(_ bytes: [UInt8]) -> [UInt8] {
        var output = ByteBuffer(capacity: 4096)
        session.send(bytes.span.raw, output: &output)
        return output.bytes.array
    }

    /// Ends the session, and returns what is to be sent to the client.
    func close() -> [UInt8] {
        var output = ByteBuffer(capacity: 64)
        session.close(output: &output)
        return output.bytes.array
    }
}

/// The certificates that most tests need, made once.
enum Credentials {
    static let authority = Result { try TestCertificate("authority", isAuthority: true) }
    static let server = Result { try TestCertificate("server", names: ["localhost"], issuer: authority.get()) }

    /// The configuration of a server with one certificate, in files that live as long as `folder`.
    static func configuration(in folder: CredentialFolder) throws -> TLSConfiguration {
        TLSConfiguration(identities: [try folder.write(server.get())])
    }

    /// A server with one certificate.
    static func context(_ change: (inout TLSConfiguration) throws -> Void = { _ in }) throws -> TLSContext {
        let folder = try CredentialFolder()
        var configuration = try configuration(in: folder)
        try change(&configuration)
        return try TLSContext(configuration, tickets: TicketKeys())
    }

    /// A client that trusts the authority.
    static func options(_ change: (inout TestClient.Options) -> Void = { _ in }) throws -> TestClient.Options {
        var options = TestClient.Options(authority: try authority.get())
        change(&options)
        return options
    }
}

/// A client and a server that have said to each other all that they had to say.
struct Pair {
    let client: TestClient
    let server: TestServer

    init(
        _ context: TLSContext, _ options: TestClient.Options? = nil, pieceBytes: Int = .max
    ) throws {
        client = TestClient(try options ?? Credentials.options())
        server = try TestServer(context)
        settle(client.take(), pieceBytes: pieceBytes)
    }

    /// Hands `fromClient` over, and whatever follows from it.
    func settle(_ fromClient: [UInt8], pieceBytes: Int = .max) {
        var fromClient = fromClient
        while true {
            let fromServer = server.take(fromClient, pieceBytes: pieceBytes)
            if fromServer.isEmpty { return }
            fromClient = client.take(fromServer)
        }
    }
}
