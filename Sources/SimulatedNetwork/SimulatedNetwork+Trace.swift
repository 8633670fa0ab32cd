internal import Glibc
internal import Ring
internal import SeededRandom

/// What a trace says of an event.
extension SimulatedNetwork {
    // Said only when somebody listens: most runs are of thousands of seeds, of which none fails.
    func note(_ event: @autoclosure () -> String) {
        guard let trace else { return }
        let microseconds = String(nowNanoseconds / 1000 % 1_000_000)
        let padding = String(repeating: "0", count: 6 - microseconds.count)
        trace("\(nowNanoseconds / 1_000_000_000).\(padding)\(microseconds) s  \(event())")
    }

    func note(_ completion: Completion, _ bytes: [UInt8]) {
        let buffer = completion.buffer.map { " in buffer \($0): \(Self.excerpt(bytes))" } ?? ""
        let more = completion.hasMore ? "" : ", the last"
        note("    \(Self.name(completion.userData)) completes with \(completion.result)\(more)\(buffer)")
    }

    /// An operation as the shard has packed it: `operation:8 | slot:24 | generation:32`.
    static func name(_ userData: UInt64) -> String {
        let operations = ["accept", "receive", "send", "cancel", "shutdown", "close", "command", "tell", "message"]
        let operation = Int(userData >> 56)
        let name = operations.indices.contains(operation) ? operations[operation] : "operation \(operation)"
        return "\(name) of slot \(userData >> 32 & 0xFF_FFFF).\(userData & 0xFFFF_FFFF)"
    }

    /// The beginning of `bytes` on one line.
    static func excerpt(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes.prefix(60), as: UTF8.self).debugDescription
        return bytes.count > 60 ? "\(text)… (\(bytes.count) bytes)" : text
    }
}

extension SimulatedNetwork {
    /// A network for one seed of a property; what happens on it is printed when that was asked for.
    package static func forProperty(_ name: String, seed: UInt64, faults: Faults) -> SimulatedNetwork {
        let network = SimulatedNetwork(seed: seed, faults: faults)
        guard Seeds.areTraced else { return network }
        print("== \(name), seed \(seed)\n\(network.faults)")
        network.trace = {
            print($0)
            // What was said before a crash is what matters.
            fflush(nil)
        }
        return network
    }
}
