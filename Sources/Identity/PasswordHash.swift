internal import CSodium
internal import Glibc

/// A password's hash, with its salt and its cost, as libsodium's text: `$argon2id$v=19$m=65536,t=2,p=1$…`.
public struct PasswordHash: Sendable, Equatable {
    /// The text.
    public let text: String

    /// A hash that was kept.
    public init(text: String) { self.text = text }

    /// Hashes a password under a new salt; nil when there is no memory for it. Takes as long as the cost says.
    public init?(of password: [UInt8], cost: PasswordHashCost) {
        precondition(Self.isReady, "libsodium can't be initialised")
        var text = [UInt8](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        // SAFETY: libsodium reads the password and writes a text with a zero behind it, within the array, during the call.
        let code = unsafe ringfort_password_hash(
            &text, password, password.count, UInt64(cost.passes), cost.memoryBytes)
        guard code == 0 else { return nil }
        self.text = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Whether it is the hash of this password; nil when it can't be said, for want of memory. Takes as long as hashing did.
    public func matches(_ password: [UInt8]) -> Bool? {
        precondition(Self.isReady, "libsodium can't be initialised")
        errno = 0
        // SAFETY: the text is a string's, which ends in a zero; both are read during the call only.
        let code = unsafe ringfort_password_verify(text, password, password.count)
        // Any other error is no statement about the password.
        return code == 0 ? true : errno == EINVAL ? false : nil
    }

    /// Whether it was made at another cost.
    public func differs(from cost: PasswordHashCost) -> Bool {
        // SAFETY: the text is a string's, which ends in a zero and is read during the call only.
        unsafe crypto_pwhash_str_needs_rehash(text, UInt64(cost.passes), cost.memoryBytes) != 0
    }

    /// At which cost it was made; nil when the text doesn't say that in whole MiB.
    public var cost: PasswordHashCost? {
        let parts = text.split(separator: "$")
        guard parts.count > 2, parts[0] == "argon2id" else { return nil }
        let numbers = parts[2].split(separator: ",").compactMap { Int($0.dropFirst(2)) }
        guard numbers.count == 3, numbers[0] % 1_024 == 0, (1...4_096).contains(numbers[0] / 1_024),
            (1...1_000).contains(numbers[1])
        else { return nil }
        return PasswordHashCost(passes: numbers[1], memoryMebibytes: numbers[0] / 1_024)
    }

    /// Chooses libsodium's fastest code for this processor, once.
    private static let isReady = sodium_init() >= 0
}
