import COpenSSL
import TLSSupport
import Testing

@testable import TLSEngine

@Suite("A TLS session")
struct ResumptionTests {
    private static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]

    private func context() throws -> TLSContext { try Credentials.context { $0.oldestVersion = .tls12 } }

    private func options(_ version: Int32, _ resumed: TestSession? = nil) throws -> TestClient.Options {
        try Credentials.options {
            $0.versions = version...version
            $0.resumed = resumed
        }
    }

    @Test("is resumed by its ticket, again and again", arguments: versions)
    func resumption(version: Int32) throws {
        let context = try context()
        var resumed: TestSession?
        for attempt in 0..<3 {
            let pair = try Pair(context, options(version, resumed))
            #expect(pair.client.isOpen)
            #expect(pair.client.isResumed == (attempt > 0))
            #expect(pair.server.isResumed == (attempt > 0))
            _ = pair.client.take(pair.server.send([1]))
            resumed = pair.client.resumable
        }
    }

    @Test("is resumed with a snapshot that was loaded later, not with other keys", arguments: versions)
    func reload(version: Int32) throws {
        let folder = try CredentialFolder()
        var configuration = try Credentials.configuration(in: folder)
        configuration.oldestVersion = .tls12
        let tickets = try TicketKeys()
        let first = try Pair(TLSContext(configuration, tickets: tickets), options(version))
        let ticket = try #require(first.client.resumable)
        #expect(try Pair(TLSContext(configuration, tickets: tickets), options(version, ticket)).client.isResumed)
        let stranger = try Pair(TLSContext(configuration, tickets: TicketKeys()), options(version, ticket))
        #expect(stranger.client.isOpen)
        #expect(!stranger.client.isResumed)
    }

    @Test("is resumed with whichever certificate its name has", arguments: versions)
    func serverNames(version: Int32) throws {
        let folder = try CredentialFolder()
        let other = try TestCertificate("b.example", names: ["b.example"], issuer: Credentials.authority.get())
        var configuration = try Credentials.configuration(in: folder)
        configuration.oldestVersion = .tls12
        configuration.identities.append(try folder.write(other, as: "other"))
        let context = try TLSContext(configuration, tickets: TicketKeys())
        var options = try options(version)
        options.name = "b.example"
        options.resumed = try Pair(context, options).client.resumable
        #expect(try Pair(context, options).client.isResumed)
    }

    @Test("seals tickets with a new key every hour, and takes those of the key before")
    func rotation() throws {
        var ring = try TicketKeyRing(atSeconds: 0)
        let period = TicketKeyRing.periodSeconds
        let first = ring.current.name.array
        try ring.advance(toSeconds: period - 1)
        #expect(ring.current.name.array == first)
        try ring.advance(toSeconds: period)
        let second = ring.current.name.array
        #expect(second != first)
        #expect(ring.previous.name.array == first)
        try ring.advance(toSeconds: 2 * period)
        #expect(ring.previous.name.array == second)
        // Nobody came for two hours: neither key has tickets left.
        let third = ring.current.name.array
        try ring.advance(toSeconds: 4 * period)
        #expect(ring.previous.name.array != third)
        #expect(ring.current.name.array != third)
    }

    @Test("has keys that all differ")
    func keys() throws {
        let one = try TicketKey()
        let other = try TicketKey()
        let parts = [one.encryptionKey.array, one.authenticationKey.array, other.encryptionKey.array]
        #expect(Set(parts).count == 3)
        #expect(parts.allSatisfy { $0.count == 32 })
    }
}
