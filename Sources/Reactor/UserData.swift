/// What a completion tells of its origin: the operation, the connection's slot, and the slot's generation.
///
/// Laid out as `operation:8 | slot:24 | generation:32`. A completion whose generation is not the slot's present one
/// belongs to a connection that has gone.
struct UserData: Equatable {
    enum Operation: UInt8 {
        case accept, receive, send, cancel, shutdown, close, command, tell, message
    }

    let operation: Operation
    let slot: Int
    let generation: UInt32

    init(_ operation: Operation, slot: Int = 0, generation: UInt32 = 0) {
        precondition(slot >= 0 && slot < Self.slotLimit, "slot out of range")
        self.operation = operation
        self.slot = slot
        self.generation = generation
    }

    /// Nil for a value that no operation of ours was submitted with.
    init?(rawValue: UInt64) {
        guard let operation = Operation(rawValue: UInt8(truncatingIfNeeded: rawValue >> 56)) else { return nil }
        self.operation = operation
        slot = Int(rawValue >> 32) & (Self.slotLimit - 1)
        generation = UInt32(truncatingIfNeeded: rawValue)
    }

    var rawValue: UInt64 {
        UInt64(operation.rawValue) << 56 | UInt64(slot) << 32 | UInt64(generation)
    }

    static let slotLimit = 1 << 24
}
