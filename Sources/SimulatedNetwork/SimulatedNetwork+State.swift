extension SimulatedNetwork {
    /// One connection, as both of its ends and the kernel between them see it.
    struct Endpoint {
        /// Bytes from the client that the server has not received.
        var inbound: [UInt8] = []
        /// Bytes that the client has received.
        var outbound: [UInt8] = []
        var clientHasClosed = false
        var isReset = false
        var hasVanished = false
        var serverHasShutDown = false
        var serverHasClosed = false
        var receive: UInt64?
        var sends: [PendingSend] = []
    }

    /// A send that the simulated kernel has not finished.
    @safe
    struct PendingSend {
        let userData: UInt64
        /// What the memory held when the send was submitted; it must hold the same when it completes.
        let snapshot: [UInt8]
        private let address: UnsafeRawPointer

        @unsafe
        init(userData: UInt64, address: UnsafeRawPointer, byteCount: Int) {
            self.userData = userData
            unsafe self.address = address
            // SAFETY: the shard says that the memory holds `byteCount` bytes.
            snapshot = unsafe Array(UnsafeRawBufferPointer(start: address, count: byteCount))
        }

        /// Whether the memory still holds what it held.
        var isUnchanged: Bool {
            // SAFETY: that the memory is still there is what the simulation tests; AddressSanitizer shows it when not.
            unsafe Array(UnsafeRawBufferPointer(start: address, count: snapshot.count)) == snapshot
        }
    }

    /// A cancellation that has not taken effect yet.
    struct Cancellation {
        enum Target {
            case operation(UInt64)
            case everything(socket: Int32)
        }

        let target: Target
        let userData: UInt64
    }
}
