/// The machine that figures were taken on; without it they say nothing.
package struct Machine: Codable, Equatable, Sendable {
    /// The processor's own name, as `/proc/cpuinfo` has it.
    package var processor: String
    /// How many processors the system has online.
    package var processors: Int
    /// Name and release of the kernel.
    package var kernel: String
    /// The distribution's name for itself.
    package var system: String
    /// How busy the machine was before the first round: the load average over one minute.
    package var loadBefore: Double

    /// What has been read about a machine.
    package init(processor: String, processors: Int, kernel: String, system: String, loadBefore: Double) {
        self.processor = processor
        self.processors = processors
        self.kernel = kernel
        self.system = system
        self.loadBefore = loadBefore
    }

    /// One sentence for a report.
    package var sentence: String {
        let cores = processors == 1 ? "1 processor" : "\(processors) processors"
        return "\(processor), \(cores), \(kernel), \(system), load \(loadBefore.fixed(2)) before the first round."
    }
}
