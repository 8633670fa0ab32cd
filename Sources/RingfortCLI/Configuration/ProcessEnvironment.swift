import CLinux

/// The environment that the process was started with.
enum ProcessEnvironment {
    /// The variables whose names begin with `prefix`, by their names.
    static func variables(prefix: String) -> [String: String] {
        var variables: [String: String] = [:]
        // SAFETY: the list ends in a null pointer, each entry is a terminated string, and all are copied at once, before
        // the process has a second thread that could change them.
        guard var entry = unsafe ringfort_environment() else { return [:] }
        while let text = unsafe entry.pointee {
            let parts = unsafe String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[0].hasPrefix(prefix) { variables[String(parts[0])] = String(parts[1]) }
            unsafe entry += 1
        }
        return variables
    }
}
