internal import Ring

extension Shard where Source: ~Copyable {
    mutating func armCommand() {
        guard !isAwaitingCommand, state != .stopping else { return }
        isAwaitingCommand = true
        source.awaitCommand(userData: UserData(.command).rawValue)
    }

    /// Another thread has rung.
    mutating func commandArrived() {
        isAwaitingCommand = false
        obey(mailbox.take())
        armCommand()
    }

    /// Another shard has told us something.
    mutating func messageArrived(_ origin: UserData, _ completion: Completion) {
        guard origin.generation == mailbox.number else { return }
        obey(ShardMessage(rawValue: UInt32(truncatingIfNeeded: completion.result)))
    }

    private mutating func obey(_ message: ShardMessage) {
        if message.contains(.passOn) { tellSiblings(message.subtracting(.passOn)) }
        if message.contains(.refresh) { service.refresh(counters) }
        if message.contains(.drain) { drain() }
        if message.contains(.stop) { stop() }
    }

    /// Prepares a message to each of the others; all leave with the next wait.
    private mutating func tellSiblings(_ message: ShardMessage) {
        for (index, sibling) in siblings.enumerated() {
            messagesUnderway += 1
            source.tell(
                sibling, message, as: UserData(.message, generation: sibling.number).rawValue,
                userData: UserData(.tell, slot: index, generation: message.rawValue).rawValue)
        }
    }

    /// A message has arrived, or has not: the other has no ring yet, or none any more, or has no room for it. Then it goes
    /// the way of those who have no ring.
    mutating func told(_ origin: UserData, _ completion: Completion) {
        messagesUnderway -= 1
        if completion.result < 0 { siblings[origin.slot].post(ShardMessage(rawValue: origin.generation)) }
    }
}
