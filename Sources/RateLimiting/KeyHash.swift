/// What a bucket is kept for: a secret hash of a client and of the policy that limits it.
///
/// Two different clients share a hash, and so a bucket, once in 2^64 pairs; nobody outside can search for such a pair.
public struct KeyHash: Hashable, Sendable {
    /// The hash. Never zero, which marks a bucket that was never used.
    let bits: UInt64
    /// The policy, for the bucket that its newcomers share when there is no other.
    let policy: UInt16

    init(bits: UInt64, policy: UInt16) {
        self.bits = bits == 0 ? 1 : bits
        self.policy = policy
    }
}
