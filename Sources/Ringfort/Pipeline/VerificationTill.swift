import RateLimiting
import Reactor

/// Where the time that a token's verification takes is paid for, before it is spent: out of a bucket of the address that
/// brings the token. Who sends junk that is expensive to refuse runs out first.
struct VerificationTill {
    private let application: Application
    private let rate: CellRate?
    private let client: PeerAddress
    private let nowNanoseconds: UInt64
    private let laneIsFull: Bool

    init(
        _ application: Application, _ settings: PipelineSettings, _ client: PeerAddress, _ nowNanoseconds: UInt64,
        laneIsFull: Bool
    ) {
        self.application = application
        rate = settings.verificationTime
        self.client = client
        self.nowNanoseconds = nowNanoseconds
        self.laneIsFull = laneIsFull
    }

    enum Charge: Equatable {
        /// It may be verified at once.
        case paid
        /// It is too dear for that, and waits in the second lane.
        case paidForTurn(priceMicroseconds: UInt32)
        /// The client has spent its time.
        case refused(LimitViolation)
        /// It is too dear, and there is no room to wait. Nothing was taken.
        case laneIsFull
    }

    /// Takes the price of a check with that key out of the client's bucket, if it holds so much.
    func charge(_ keyIndex: Int) -> Charge {
        let price = application.verificationPrices[keyIndex]
        let isCheap = price <= VerificationLane.cheapMicroseconds
        if !isCheap && laneIsFull { return .laneIsFull }
        if let violation = violation(byTaking: price) { return .refused(violation) }
        return isCheap ? .paid : .paidForTurn(priceMicroseconds: price)
    }

    private func violation(byTaking price: UInt32) -> LimitViolation? {
        guard let rate else { return nil }
        // A full bucket always buys one check.
        let price = min(price, rate.burst)
        let key = application.addressKey(client, policy: Application.Policy.verification)
        let decision = application.buckets.take(key: key, rate: rate, cost: price, now: nowNanoseconds)
        guard case .refused = decision else { return nil }
        return LimitViolation("verification", rate, decision, unit: price)
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
