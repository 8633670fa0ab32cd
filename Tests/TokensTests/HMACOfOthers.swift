import Bytes

@testable import Tokens

/// HMAC as RFC 2104 spells it, over any key: what an attacker uses, whom our types refuse one.
enum HMACOfOthers {
    static func code(_ key: [UInt8], _ message: [UInt8], _ algorithm: Algorithm) -> [UInt8] {
        let (hash, blockBytes): (HashFunction, Int) =
            switch algorithm {
            case .hs384: (.sha384, 128)
            case .hs512: (.sha512, 128)
            default: (.sha256, 64)
            }
        let digest = { (bytes: [UInt8]) in hash.digest(of: bytes.span.raw).bytes.array }
        let short = key.count > blockBytes ? digest(key) : key
        let block = short + [UInt8](repeating: 0, count: blockBytes - short.count)
        return digest(block.map { $0 ^ 0x5C } + digest(block.map { $0 ^ 0x36 } + message))
    }
}
