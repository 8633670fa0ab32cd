import Glibc

/// A call that the kernel refused.
struct SystemCallError: Error, CustomStringConvertible {
    let call: StaticString
    /// What `errno` would hold.
    let code: Int32

    var description: String {
        // SAFETY: strerror gives a valid string, which is copied before the next call could change it.
        unsafe "\(call): \(String(cString: strerror(code)))"
    }

    /// Throws when `result` is the negative code of an error.
    static func check(_ call: StaticString, _ result: Int32) throws(SystemCallError) {
        guard result < 0 else { return }
        throw SystemCallError(call: call, code: -result)
    }

    /// Throws when `result` is -1, with the code in `errno`.
    static func checkErrno(_ call: StaticString, _ result: Int32) throws(SystemCallError) {
        guard result == -1 else { return }
        throw SystemCallError(call: call, code: errno)
    }
}
