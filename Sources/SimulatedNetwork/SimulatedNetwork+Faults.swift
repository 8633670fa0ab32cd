package import SeededRandom

extension SimulatedNetwork {
    /// How often which fault strikes, in percent.
    package struct Faults {
        /// A receive delivers fewer bytes than are there.
        package var fragmentedReceive = 0
        /// A send takes fewer bytes than it was given.
        package var shortSend = 0
        /// A completion waits for a later pass.
        package var delay = 0
        /// A client's connection is reset, at each pass.
        package var reset = 0
        /// A client doesn't read, at each pass.
        package var slowReader = 0
        /// The completions of different operations come in another order than they happened.
        package var reorder = 0
        /// A cancellation takes effect at a later pass: what it was to cancel goes on until then.
        package var lateCancel = 0
        /// A client vanishes, at each pass: it neither reads nor sends, and its end is never told.
        package var vanish = 0
        /// The machine slept for hours, at each pass; its wall clock may then be set to any time.
        package var clockStep = 0
        /// A message to another shard finds no room there.
        package var lostMessage = 0

        /// No fault at all.
        package init() {}

        /// Faults that a client only sees as slowness: with them, everything is answered.
        package static func harmless(using random: inout SeededGenerator) -> Self {
            var faults = Self()
            faults.fragmentedReceive = .random(in: 0...95, using: &random)
            faults.shortSend = .random(in: 0...90, using: &random)
            faults.delay = .random(in: 0...60, using: &random)
            faults.slowReader = .random(in: 0...80, using: &random)
            faults.reorder = .random(in: 0...100, using: &random)
            faults.lateCancel = .random(in: 0...80, using: &random)
            faults.lostMessage = .random(in: 0...50, using: &random)
            return faults
        }

        /// Whatever can happen; the rarer faults in some of the runs only, so that others get far.
        package static func random(using random: inout SeededGenerator) -> Self {
            var faults = harmless(using: &random)
            if random.chance(40) { faults.reset = .random(in: 0...3, using: &random) }
            if random.chance(30) { faults.vanish = .random(in: 0...2, using: &random) }
            if random.chance(30) { faults.clockStep = .random(in: 0...2, using: &random) }
            return faults
        }
    }
}
