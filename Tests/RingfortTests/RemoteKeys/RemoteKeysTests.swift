import Bytes
import Glibc
import Reactor
import RingfortTesting
import Synchronization
import TLSSupport
import Testing

@testable import Ringfort

@Suite("The fetched keys of an issuer")
struct RemoteKeysTests {
    /// A clock that a test moves.
    private final class Clock: Sendable {
        private let seconds = Atomic<UInt64>(1_000)
        var nanoseconds: UInt64 { seconds.load(ordering: .relaxed) * 1_000_000_000 }
        func advance(seconds added: UInt64) { seconds.wrappingAdd(added, ordering: .relaxed) }
    }

    private static func set(_ keyring: Keyring) -> String {
        var text = ByteBuffer(capacity: 1_024)
        keyring.appendPublicJWKSet(to: &text)
        return String(text.bytes)
    }

    @Test("are dropped when they are too old, and not before, while the issuer can't be asked")
    func stale() throws {
        let keyring = try TokenMint([.edDSA]).keyring
        let set = Self.set(keyring)
        let folder = try CredentialFolder()
        let certificate = try TestCertificate("localhost", names: ["localhost"])
        let host = try TestHost(certificate) { $0 == 0 ? .answer(set) : .answer("", status: 500) }
        var source = try RemoteKeySource(url: "https://localhost:\(host.port)/")
        source.authorityPath = try folder.write("ca.crt", certificate.pem)
        source.allowsPrivateAddresses = true
        let clock = Clock()
        let keys = try RemoteKeys("theirs", source, log: LogWriter(shards: 1)) { clock.nanoseconds }
        let changed = Semaphore()
        try keys.start { changed.post() }
        defer { keys.end(waiting: true) }
        changed.wait()
        #expect(keys.keyring.verifiesSame(as: try Keyring(verification: keyring.verificationKeys)))
        while keys.report.ageSeconds == nil { sched_yield() }
        clock.advance(seconds: 4_199)
        // Who asks for another key has it look at the clock.
        #expect(keys.ask(for: try KeyID("other")) == .retry(afterSeconds: 1))
        #expect(host.wait(forRequests: 2))
        while keys.report.lastFailure == nil { sched_yield() }
        // After a fetch that failed, too: what is known may not be in force yet.
        changed.wait()
        #expect(!keys.keyring.verificationKeys.isEmpty)
        clock.advance(seconds: 1)
        changed.wait()
        #expect(keys.keyring.verificationKeys.isEmpty)
        #expect(keys.report.ageSeconds == nil && keys.report.lastFailure == "it answers 500")
        guard case .retry = keys.ask(for: nil) else {
            Issue.record("a token was refused that nobody could check")
            return
        }
    }

    @Test("are the same in whatever order they come")
    func order() throws {
        let keyring = try TokenMint([.edDSA, .es256]).keyring
        let reversed = try Keyring(verification: keyring.verificationKeys.reversed())
        let source = try RemoteKeySource(url: "https://id.example/")
        let sets = try [keyring, reversed].map { try RemoteKeySet(Array(Self.set($0).utf8).span.raw, source) }
        #expect(sets[0].keyring.verificationKeys.count == 2)
        #expect(sets[0].keyring.verifiesSame(as: sets[1].keyring))
    }

    @Test("are those of the algorithms that are taken, and others are named")
    func algorithms() throws {
        var source = try RemoteKeySource(url: "https://id.example/")
        source.algorithms = [.es256, .rs256]
        let text = Self.set(try TokenMint([.edDSA, .es256]).keyring)
        let set = try RemoteKeySet(Array(text.utf8).span.raw, source)
        #expect(set.keyring.verificationKeys.map(\.algorithm) == [.es256])
        #expect(set.notes == ["key test-eddsa is for EdDSA, whose tokens are not taken"])
    }
}
