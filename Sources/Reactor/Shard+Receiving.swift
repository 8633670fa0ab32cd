internal import Bytes
internal import Ring

extension Shard where Source: ~Copyable {
    mutating func armReceive(_ slot: Int) {
        guard !connections[slot].isReceiving, !connections[slot].hasEnded else { return }
        connections[slot].isReceiving = true
        connections[slot].outstanding += 1
        source.receive(socket: connections[slot].socket, userData: connections[slot].userData(.receive, slot: slot))
    }

    mutating func received(_ slot: Int, _ completion: Completion) {
        if !completion.hasMore {
            connections[slot].isReceiving = false
            connections[slot].isStopping = false
        }
        if let buffer = completion.buffer {
            if completion.result > 0 { take(slot, buffer, byteCount: Int(completion.result)) }
            source.recycle(buffer)
        }
        switch completion.result {
        case 1...:
            break
        case 0:
            connections[slot].hasEnded = true
        case -ErrorNumber.noBuffers:
            // Every buffer is worked off and recycled within the pass, so that by the next wait the pool is full again.
            counters.starvedReceives += 1
        case -ErrorNumber.cancelled:
            break
        default:
            abandon(slot)
        }
        settle(slot)
    }

    /// Hands new bytes to the service, straight from the kernel's buffer unless earlier ones wait before them.
    private mutating func take(_ slot: Int, _ buffer: UInt16, byteCount: Int) {
        guard connections[slot].phase == .open else { return }
        if connections[slot].input == nil && connections[slot].takesInput {
            guard makeRoom(slot) else { return }
            var output = takeOutput(slot)
            let reception = service.received(
                ConnectionID(slot: slot, generation: connections[slot].generation),
                source.bytes(of: buffer, byteCount: byteCount), &output)
            apply(reception, slot, output)
            guard reception.consumed < byteCount, connections[slot].phase == .open else { return }
            var rest = outputs.take()
            rest.append(source.bytes(of: buffer, byteCount: byteCount).extracting(reception.consumed..<byteCount))
            connections[slot].input = consume rest
            return
        }
        guard (connections[slot].input?.count ?? 0) + byteCount <= limits.inputBytes else {
            counters.inputOverflows += 1
            return abandon(slot)
        }
        var input = connections[slot].input.take() ?? outputs.take()
        input.append(source.bytes(of: buffer, byteCount: byteCount))
        let waitingBytes = input.count
        connections[slot].input = consume input
        if connections[slot].takesInput { return takeInput(slot) }
        // Enough is here for the next while; the rest may wait in the socket, where it slows the client down.
        if waitingBytes > Self.inputHighWaterBytes { stopReceiving(slot) }
    }

    private static var inputHighWaterBytes: Int { 64 * 1024 }

    /// Hands the waiting bytes to the service, which may hold some of its own.
    mutating func takeInput(_ slot: Int) {
        guard connections[slot].takesInput else { return }
        let identity = ConnectionID(slot: slot, generation: connections[slot].generation)
        guard connections[slot].input != nil || service.holdsInput(identity), makeRoom(slot) else { return }
        var input = connections[slot].input.take() ?? outputs.take()
        var output = takeOutput(slot)
        let reception = service.received(identity, input.bytes, &output)
        apply(reception, slot, output)
        input.removeFirst(reception.consumed)
        if input.isEmpty || connections[slot].phase != .open {
            outputs.give(back: input)
        } else {
            connections[slot].input = consume input
        }
    }

    private mutating func apply(_ reception: Reception, _ slot: Int, _ output: consuming ByteBuffer) {
        putOutput(slot, output)
        connections[slot].deadlineNanoseconds = reception.deadlineNanoseconds
        timers.schedule(slot, noLaterThan: reception.deadlineNanoseconds)
        connections[slot].isIdle = false
        switch reception.next {
        case .idle:
            connections[slot].isIdle = true
            if connections[slot].unsentBytes >= limits.outputBytes { pause(slot) }
        case .reading:
            if connections[slot].unsentBytes >= limits.outputBytes { pause(slot) }
        case .outputFull: pause(slot)
        case .waiting: connections[slot].isWaiting = true
        case .deferred:
            connections[slot].isWaiting = true
            connections[slot].isDeferred = true
            deferredCount += 1
        case .close: connections[slot].phase = .flushing
        }
        startSending(slot)
    }

    /// Leaves the input alone until the output has been sent, so that a client who doesn't read can't make us buffer.
    private mutating func pause(_ slot: Int) {
        counters.pauses += 1
        connections[slot].isPaused = true
        stopReceiving(slot)
    }

    private mutating func stopReceiving(_ slot: Int) {
        guard connections[slot].isReceiving, !connections[slot].isStopping else { return }
        connections[slot].isStopping = true
        cancel(slot, .receive)
    }

    /// Fetches every answer that was made elsewhere, and goes on with its connection.
    mutating func deliverAnswers() {
        while let identity = service.nextAnswered() {
            let slot = identity.slot
            cutSlowReadersIfFull()
            guard stopWaiting(identity) else { continue }
            var output = takeOutput(slot)
            let reception = service.answered(identity, &output)
            apply(reception, slot, output)
            takeInput(slot)
            settle(slot)
            assert(connections[slot].verifyInvariants(), "connection invariants")
        }
    }

    /// Hands over the bytes that the service has put off until everybody else was served.
    mutating func resumeDeferred() {
        // Asking costs as much as a small part of a request: only when there is something to ask for.
        while deferredCount > 0, let identity = service.nextDeferred() {
            stopDeferring(identity)
            guard stopWaiting(identity) else { continue }
            takeInput(identity.slot)
            settle(identity.slot)
            assert(connections[identity.slot].verifyInvariants(), "connection invariants")
        }
    }

    /// The connection has its turn, or goes without.
    private mutating func stopDeferring(_ identity: ConnectionID) {
        guard identity.slot < connections.capacity, connections[identity.slot].generation == identity.generation,
            connections[identity.slot].isDeferred
        else { return }
        connections[identity.slot].isDeferred = false
        deferredCount -= 1
    }

    /// Whether the connection waits; it does so no longer. It may have gone, or have been told meanwhile that its time is
    /// over.
    private mutating func stopWaiting(_ identity: ConnectionID) -> Bool {
        let slot = identity.slot
        guard slot < connections.capacity, connections[slot].generation == identity.generation,
            connections[slot].phase == .open, connections[slot].isWaiting
        else { return false }
        connections[slot].isWaiting = false
        return true
    }

    /// Goes on with a paused connection whose output has left.
    mutating func resume(_ slot: Int) {
        connections[slot].isPaused = false
        takeInput(slot)
        if connections[slot].takesInput { armReceive(slot) }
    }
}
