import Bytes
import Testing

@testable import Tokens

@Suite("The modulus of an RSA key")
struct RSAModulusTests {
    private static let exponent: [UInt8] = [1, 0, 1]

    /// A good modulus, of two large primes, times `factor`.
    private static func modulus(times factor: Int) throws -> [UInt8] {
        var product: [UInt8] = []
        var carry = 0
        for digit in try TestKeys.rsa().publicKey.numbers().n.reversed() {
            carry += Int(digit) * factor
            product.append(UInt8(truncatingIfNeeded: carry))
            carry >>= 8
        }
        while carry > 0 {
            product.append(UInt8(truncatingIfNeeded: carry))
            carry >>= 8
        }
        return product.reversed()
    }

    @Test(
        "has no factor below 65,536, and is told so each time alike",
        arguments: [2, 3, 751, 757, 761, 32_749, 65_521])
    func smallFactor(factor: Int) throws {
        let modulus = try Self.modulus(times: factor)
        for _ in 0..<8 {
            #expect(throws: KeyError.invalidPublicKey) {
                try RSAPublicKey(n: modulus.span.raw, e: Self.exponent.span.raw)
            }
        }
    }

    @Test("is taken each time alike when its factors are larger", arguments: [1, 65_537])
    func largeFactors(factor: Int) throws {
        let modulus = try Self.modulus(times: factor)
        for _ in 0..<8 { _ = try RSAPublicKey(n: modulus.span.raw, e: Self.exponent.span.raw) }
    }

    @Test("is no prime: its secret key would be known to all (RFC 3526 section 3 has this one)")
    func prime() throws {
        let prime = [UInt8](
            hex: """
                ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74\
                020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437\
                4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
                ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05\
                98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb\
                9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
                e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718\
                3995497cea956ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff
                """)
        #expect(throws: KeyError.invalidPublicKey) { try RSAPublicKey(n: prime.span.raw, e: Self.exponent.span.raw) }
    }
}
