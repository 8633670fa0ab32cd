import RateLimiting
import Reactor

/// Where the time that a token's verification takes is paid for, before it is spent: out of a bucket of the address that
/// brings the token. Who sends junk that is expensive to refuse runs out first.
struct VerificationTill {
    private let application: Application
    private let rate: CellRate?
    private let client: PeerAddress
    private let nowNanoseconds: UInt64

    init(_ application: Application, _ settings: PipelineSettings, _ client: PeerAddress, _ nowNanoseconds: UInt64) {
        self.application = application
        rate = settings.verificationTime
        self.client = client
        self.nowNanoseconds = nowNanoseconds
    }

    enum Charge: Equatable {
        case paid
        case refused(LimitViolation)
    }

    /// Takes the price of a check with that key out of the client's bucket, if it holds so much.
    func charge(_ keyIndex: Int) -> Charge {
        guard let rate else { return .paid }
        // A full bucket always buys one check.
        let price = min(application.verificationPrices[keyIndex], rate.burst)
        let key = application.addressKey(client, policy: Application.Policy.verification)
        let decision = application.buckets.take(key: key, rate: rate, cost: price, now: nowNanoseconds)
        guard case .refused = decision else { return .paid }
        return .refused(LimitViolation("verification", rate, decision, cost: price))
    }
}

extension Application {
    /// The key of an address's bucket in a policy.
    func addressKey(_ address: PeerAddress, policy: UInt16) -> KeyHash {
        switch address.family {
        case .ipv4: hasher.key(ipv4: UInt32(truncatingIfNeeded: address.low), policy: policy)
        case .ipv6: hasher.key(ipv6: UInt128(address.high) << 64 | UInt128(address.low), policy: policy)
        }
    }
}
