import Glibc
package import Reactor
internal import Ring

/// Messages between shards, each of which has a network of its own.
extension SimulatedNetwork {
    /// Has the shards tell each other things: each is named by the mailbox that it has beside its network.
    package static func join(_ members: [(network: SimulatedNetwork, mailbox: ShardMailbox)]) {
        for member in members {
            for other in members { member.network.rings[other.mailbox.number] = Ring(network: other.network) }
        }
    }

    /// The shard's ring is gone: messages to it fail.
    package func closeRing() { isRingClosed = true }

    func tell(_ sibling: ShardMailbox, _ message: ShardMessage, as targetUserData: UInt64, userData: UInt64) {
        note("tell shard \(sibling.number) \(message.rawValue)")
        let result = deliver(message, as: targetUserData, to: rings[sibling.number]?.network)
        immediate.append(Completion(userData: userData, result: result, hasMore: false))
    }

    private func deliver(_ message: ShardMessage, as targetUserData: UInt64, to target: SimulatedNetwork?) -> Int32 {
        guard let target, !target.isRingClosed else { return -EBADF }
        // The other's completion queue is full, and the kernel has no memory to keep what doesn't fit.
        guard !strikes(faults.lostMessage) else { return -EOVERFLOW }
        target.immediate.append(
            Completion(userData: targetUserData, result: Int32(bitPattern: message.rawValue), hasMore: false))
        return 0
    }

    /// Another shard's network, which has this one among its own.
    struct Ring {
        weak var network: SimulatedNetwork?
    }
}
