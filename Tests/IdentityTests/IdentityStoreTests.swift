import Identity
import TestSupport
import Testing

@Suite("The identity store")
struct IdentityStoreTests {
    @Test("keeps roles over a second opening, and replaces what they grant")
    func rolesAreKept() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/identity.db"
        try IdentityStore(opening: path).setRole("author", scopes: "write:posts")
        let store = try IdentityStore(opening: path)
        try store.setRole("author", scopes: "read:profile write:posts")
        try store.setRole("admin", scopes: "")
        #expect(try store.roles().map(\.name) == ["admin", "author"])
        #expect(try store.roles().map(\.scopes) == ["", "read:profile write:posts"])
    }
}
