import Foundation
import Glibc
import Statistics

extension Machine {
    /// This machine, as /proc and the distribution describe it.
    static func current() throws(BenchError) -> Machine {
        let model = try field("model name", of: "/proc/cpuinfo", separator: ":")
        let system = try field("PRETTY_NAME", of: "/etc/os-release", separator: "=")
        let release = try readText("/proc/sys/kernel/osrelease")
        let load = try readText("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) }
        return Machine(
            // Not every architecture names its model.
            processor: model ?? "unnamed processor",
            processors: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
            kernel: "Linux \(release.split(separator: "\n").first ?? "")",
            system: system ?? "unnamed system",
            loadBefore: load ?? 0
        )
    }

    /// The value of the first line `name`, `separator`, value.
    private static func field(
        _ name: String, of path: String, separator: Character
    ) throws(BenchError) -> String? {
        for line in try readText(path).split(separator: "\n") where line.hasPrefix(name) {
            guard let start = line.firstIndex(of: separator) else { continue }
            return line[line.index(after: start)...].filter { $0 != "\"" }.trimmingCharacters(in: .whitespaces)
        }
        return nil
    }
}
