import Bytes
import Tokens

/// What checking a token with each key of a keyring costs, in microseconds: charged to whoever brings the token, before
/// it is spent.
enum VerificationPrices {
    /// Measures each key's price on this machine, unless its algorithm's is given. Takes a few milliseconds a key.
    static func measure(
        _ keyring: Keyring, _ scopes: ScopeTable, given: [Algorithm: UInt32]
    ) throws(PolicyError) -> [UInt32] {
        let policy = try ClaimsPolicy()
        var verifier = TokenVerifier()
        var prices: [UInt32] = []
        for (index, key) in keyring.verificationKeys.enumerated() {
            let price =
                given[key.algorithm]
                ?? min(price(index, keyring, policy, scopes, &verifier), key.algorithm.highestMicroseconds)
            prices.append(max(price, 1))
        }
        return prices
    }

    private static func price(
        _ index: Int, _ keyring: Keyring, _ policy: borrowing ClaimsPolicy, _ scopes: ScopeTable,
        _ verifier: inout TokenVerifier
    ) -> UInt32 {
        let token = keyring.forgery(keyIndex: index)
        var least = UInt64.max
        // The least of a few: whatever else runs meanwhile only adds.
        for _ in 0..<samples {
            let start = MonotonicClock.nowNanoseconds()
            do throws(TokenError) {
                _ = try verifier.verify(
                    token.bytes, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: 0)
            } catch {
                // As it should be: nobody has made it.
            }
            least = min(least, MonotonicClock.nowNanoseconds() - start)
        }
        return UInt32(clamping: (least + claimsNanoseconds + 999) / 1000)
    }

    private static let samples = 4
    /// What reading the claims of a token costs that was not forged, about.
    private static let claimsNanoseconds: UInt64 = 300
}

extension Algorithm {
    /// What a check costs at most. One without a public key is cheap on every machine; where the clock says otherwise, it
    /// is the code that is slow, under an emulator or a sanitizer, and everything else is as slow.
    fileprivate var highestMicroseconds: UInt32 {
        switch self {
        case .hs256, .hs384, .hs512, .v4Local, .v3Local, .v2Local: VerificationLane.cheapMicroseconds
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .es256, .es384, .es512: .max
        case .edDSA, .ed25519, .v4Public, .v3Public, .v2Public: .max
        }
    }
}
