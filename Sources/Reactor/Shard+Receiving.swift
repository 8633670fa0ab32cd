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
        if !completion.hasMore { connections[slot].isReceiving = false }
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
        if connections[slot].input == nil && !connections[slot].isPaused {
            var output = connections[slot].output.take() ?? outputs.take()
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
        connections[slot].input = consume input
        if !connections[slot].isPaused { takeInput(slot) }
    }

    /// Hands the waiting bytes to the service.
    mutating func takeInput(_ slot: Int) {
        guard connections[slot].phase == .open, var input = connections[slot].input.take() else { return }
        var output = connections[slot].output.take() ?? outputs.take()
        let reception = service.received(
            ConnectionID(slot: slot, generation: connections[slot].generation), input.bytes, &output)
        apply(reception, slot, output)
        input.removeFirst(reception.consumed)
        if input.isEmpty || connections[slot].phase != .open {
            outputs.give(back: input)
        } else {
            connections[slot].input = consume input
        }
    }

    private mutating func apply(_ reception: Reception, _ slot: Int, _ output: consuming ByteBuffer) {
        if output.isEmpty { outputs.give(back: output) } else { connections[slot].output = consume output }
        connections[slot].deadlineNanoseconds = reception.deadlineNanoseconds
        timers.schedule(slot, noLaterThan: reception.deadlineNanoseconds)
        connections[slot].isIdle = false
        switch reception.next {
        case .idle: connections[slot].isIdle = true
        case .reading: break
        case .outputFull: pause(slot)
        case .close: connections[slot].phase = .flushing
        }
        startSending(slot)
    }

    /// Leaves the input alone until the output has been sent, so that a client who doesn't read can't make us buffer.
    private mutating func pause(_ slot: Int) {
        counters.pauses += 1
        connections[slot].isPaused = true
        guard connections[slot].isReceiving else { return }
        cancel(slot, .receive)
    }

    /// Goes on with a paused connection whose output has left.
    mutating func resume(_ slot: Int) {
        connections[slot].isPaused = false
        takeInput(slot)
        if !connections[slot].isPaused && connections[slot].phase == .open { armReceive(slot) }
    }
}
