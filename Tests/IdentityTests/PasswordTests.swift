import Bytes
import Identity
import Testing

@Suite("A password's hash")
struct PasswordTests {
    private static let cost = PasswordHashCost(passes: 1, memoryMebibytes: 1)

    @Test("is argon2id's text, salted, and matches its password alone")
    func matches() throws {
        let password = Array("correct horse".utf8)
        let hash = try #require(PasswordHash(of: password, cost: Self.cost))
        #expect(hash.text.hasPrefix("$argon2id$v=19$m=1024,t=1,p=1$"))
        #expect(hash.matches(password) == true)
        for other in ["correct horsf", "correct hors", "correct horse ", "x"] {
            #expect(hash.matches(Array(other.utf8)) == false)
        }
        #expect(PasswordHash(of: password, cost: Self.cost) != hash)
        #expect(PasswordHash(text: hash.text).matches(password) == true)
    }

    @Test("knows its cost")
    func cost() throws {
        let hash = try #require(PasswordHash(of: [1], cost: Self.cost))
        #expect(hash.cost == Self.cost && !hash.differs(from: Self.cost))
        #expect(hash.differs(from: PasswordHashCost(passes: 2, memoryMebibytes: 1)))
        #expect(hash.differs(from: PasswordHashCost(passes: 1, memoryMebibytes: 2)))
    }

    @Test(
        "says no cost that it doesn't have",
        arguments: ["", "$", "$argon2i$v=19$m=1024,t=1,p=1$a$b", "$argon2id$v=19$m=1000,t=1,p=1$a$b"])
    func noCost(text: String) { #expect(PasswordHash(text: text).cost == nil) }

    @Test("costs at least what is recommended, and at most ten passes over 64 MiB")
    func tuned() {
        let cost = PasswordHashCost.tuned(keeping: Self.cost)
        #expect((2...10).contains(cost.passes) && (19...64).contains(cost.memoryMebibytes))
    }
}

@Suite("A random secret")
struct RandomSecretTests {
    private static func hash(_ text: String) -> String { RandomSecret.hash(of: text.utf8.span.raw) }
    private static func hasForm(_ text: String, _ kind: RandomSecret.Kind) -> Bool {
        RandomSecret.hasForm(text.utf8.span.raw, of: kind)
    }

    @Test("says what it is, and is kept as its hash", arguments: RandomSecret.Kind.allCases)
    func kinds(kind: RandomSecret.Kind) {
        let secret = RandomSecret(kind)
        #expect(secret.text.hasPrefix(kind.rawValue) && secret.text.utf8.count == 47)
        #expect(secret.hash == Self.hash(secret.text))
        #expect(secret.hash.count == 64 && RandomSecret(kind).hash != secret.hash)
        for other in RandomSecret.Kind.allCases {
            #expect(Self.hasForm(secret.text, other) == (other == kind))
        }
    }

    @Test(
        "has one form",
        arguments: ["", "rfr_", "rfr_" + String(repeating: "a", count: 42), "rfr_" + String(repeating: "+", count: 43)])
    func forms(text: String) { #expect(!Self.hasForm(text, .refreshToken)) }

    @Test("is hashed with BLAKE2b-256")
    func vector() {
        // b2sum -l 256 of "abc".
        #expect(
            Self.hash("abc")
                == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
    }
}
