internal import Bytes

/// The fingerprint of RSA keys from a generator that left them open to factoring (CVE-2017-15361).
///
/// Its primes were k · M + (65537^a mod M), M being a product of small primes. So a modulus of such a key is a power of
/// 65537 modulo each of them, which another key is for all of these with a probability below 2^-27. (Nemec et al., *The
/// Return of Coppersmith's Attack*, 2017, section 3.3)
enum ROCA {
    /// Those primes below 168 modulo which 65537 does not generate everything.
    private static let primes: [UInt32] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]

    /// Whether a modulus, in big-endian bytes, bears the mark. O(n).
    static func marks(modulus: RawSpan) -> Bool {
        primes.allSatisfy { isPower(modulus.remainder(by: $0), modulo: $0) }
    }

    /// Whether `value` is a power of 65537 modulo `prime`.
    private static func isPower(_ value: UInt32, modulo prime: UInt32) -> Bool {
        var power: UInt32 = 1
        repeat {
            if power == value { return true }
            power = power * 65_537 % prime
        } while power != 1
        return false
    }
}
