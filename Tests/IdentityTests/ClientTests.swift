import Bytes
import Identity
import TestSupport
import Testing

@Suite("A client")
struct ClientTests {
    private static func store(_ directory: TemporaryDirectory) throws -> IdentityStore {
        try IdentityStore(opening: directory.path + "/identity.db")
    }

    @Test("is known by its name and secret alone, and its name never comes back")
    func secrets() throws {
        let directory = try TemporaryDirectory()
        let store = try Self.store(directory)
        let secret = try #require(
            try store.addClient(
                "reports", label: "Reports", scopes: "read:posts write:posts", mayIntrospect: true, nowUnixSeconds: 7))
        let hasForm = RandomSecret.hasForm(secret.text.utf8.span.raw, of: .clientSecret)
        #expect(hasForm)
        let client = try #require(try store.client("reports", secret: secret.text))
        #expect(client.id == "reports" && client.label == "Reports" && client.scopes == "read:posts write:posts")
        #expect(client.mayIntrospect && client.disabledUnixSeconds == nil && client.createdUnixSeconds == 7)
        for (id, secret) in [
            ("reports", secret.text + "x"), ("reports", String(secret.text.dropLast())), ("reports", ""),
            ("Reports", secret.text), ("", secret.text), ("other", secret.text), ("reports", secret.hash),
        ] {
            #expect(try store.client(id, secret: secret) == nil)
        }
        #expect(try store.addClient("reports", label: "", scopes: "", mayIntrospect: false, nowUnixSeconds: 8) == nil)
        #expect(try store.clients() == [client])
    }

    @Test("gets another secret, and the one before it is good for nothing")
    func anotherSecret() throws {
        let directory = try TemporaryDirectory()
        let store = try Self.store(directory)
        let first = try #require(
            try store.addClient("a", label: "", scopes: "", mayIntrospect: false, nowUnixSeconds: 1))
        let second = try #require(try store.setClientSecret("a"))
        #expect(try store.client("a", secret: first.text) == nil)
        #expect(try store.client("a", secret: second.text)?.mayIntrospect == false)
        #expect(try store.setClientSecret("b") == nil)
    }

    @Test("that is disabled is known no more, since when it was first, whatever its secret")
    func disabled() throws {
        let directory = try TemporaryDirectory()
        let store = try Self.store(directory)
        let secret = try #require(
            try store.addClient("a", label: "", scopes: "", mayIntrospect: false, nowUnixSeconds: 1))
        #expect(try store.disableClient("a", nowUnixSeconds: 5))
        #expect(try store.disableClient("a", nowUnixSeconds: 6))
        #expect(try store.client("a", secret: secret.text) == nil)
        let renewed = try #require(try store.setClientSecret("a"))
        #expect(try store.client("a", secret: renewed.text) == nil)
        #expect(try store.clients().map(\.disabledUnixSeconds) == [5])
        #expect(try store.disableClient("b", nowUnixSeconds: 5) == false)
    }
}
