import Foundation
import Glibc

/// What a process and a processor have worked, as the kernel accounts for it.
struct ProcessorTime {
    /// How long the process's threads have run, in user mode and in the kernel, to the nanosecond.
    let processNanoseconds: UInt64
    /// How much of it was in user mode and how much in the kernel, in ticks: only good for the share of each.
    let userTicks: UInt64
    let kernelTicks: UInt64
    /// How long the processor was not idle, whoever used it, to the tick (usually 10 ms).
    let processorNanoseconds: UInt64

    /// Reads both now.
    init(process: pid_t, processor: Int) throws(BenchError) {
        let tasks = "/proc/\(process)/task"
        guard let threads = try? FileManager.default.contentsOfDirectory(atPath: tasks) else {
            throw .unreadable(path: tasks)
        }
        var total: UInt64 = 0
        for thread in threads {
            let path = "\(tasks)/\(thread)/schedstat"
            guard let first = try readText(path).split(separator: " ").first, let nanoseconds = UInt64(first) else {
                throw .unreadable(path: path)
            }
            total += nanoseconds
        }
        processNanoseconds = total
        (userTicks, kernelTicks) = try Self.modes(of: process)
        processorNanoseconds = try Self.busyNanoseconds(of: processor)
    }

    private static func modes(of process: pid_t) throws(BenchError) -> (user: UInt64, kernel: UInt64) {
        let path = "/proc/\(process)/stat"
        // The second field is the program's name in parentheses, which may hold anything, spaces and parentheses too.
        let fields = try readText(path).split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = UInt64(fields[11]), let kernel = UInt64(fields[12]) else {
            throw .unreadable(path: path)
        }
        return (user, kernel)
    }

    private static func busyNanoseconds(of processor: Int) throws(BenchError) -> UInt64 {
        let lines = try readText("/proc/stat").split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("cpu\(processor) ") }) else {
            throw .unreadable(path: "/proc/stat")
        }
        let ticks = line.split(separator: " ").dropFirst().compactMap { UInt64($0) }
        // user nice system idle iowait irq softirq steal; what a guest ran is in user already.
        guard ticks.count >= 8 else { throw .unreadable(path: "/proc/stat") }
        let busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]
        return busy * 1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))
    }
}
