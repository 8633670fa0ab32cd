import Statistics

extension Setting {
    /// The machine, when it has all that a benchmark under load needs: tools, a processor for each side, a folder for results.
    func prepared() throws(BenchError) -> Machine {
        try require(tool: "wrk", cure: "scripts/setup bench")
        try require(tool: "taskset", cure: "apt-get install util-linux")
        let machine = try Machine.current()
        guard machine.processors > max(RunningServer.processor, RunningServer.loadProcessor) else {
            throw .fewProcessors(machine.processors)
        }
        try makeFolder(results, permissions: 0o755)
        return machine
    }
}
