internal import Bytes
internal import CRE2

/// A compiled regular expression that runs in time linear in its input. Any number of threads may use it at once.
@safe
struct Pattern: ~Copyable {
    // INVARIANT: `handle` comes from `cre2_pattern_make`, and this value alone owns it.
    private let handle: OpaquePointer

    /// Compiles what RE2 understands; what an ECMA pattern becomes is `ECMAPattern`'s business.
    ///
    /// - Throws: `PatternError` when the pattern takes more memory than one may have.
    init(_ text: [UInt8]) throws(PatternError) {
        // SAFETY: RE2 reads `count` bytes during the call, and copies them.
        let made = unsafe text.withUnsafeBytes { bytes in
            unsafe cre2_pattern_make(
                bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count, Self.memoryBytes)
        }
        guard let handle = unsafe made else { throw .refused("there is no memory for it") }
        guard unsafe cre2_pattern_is_valid(handle) else {
            // SAFETY: the text ends with NUL, and lives as long as the pattern, which is freed behind the copy.
            let reason = unsafe String(cString: cre2_pattern_error(handle))
            unsafe cre2_pattern_free(handle)
            throw .refused(reason)
        }
        unsafe self.handle = handle
    }

    deinit {
        // SAFETY: owned alone (invariant), and given back once, here.
        unsafe cre2_pattern_free(handle)
    }

    /// Whether it matches anywhere in the text. O(n).
    func matches(_ text: RawSpan) -> Bool {
        // SAFETY: RE2 reads `count` bytes during the call. An empty span may have no address, which RE2 allows.
        unsafe text.withUnsafeBytes { bytes in
            unsafe cre2_pattern_matches(handle, bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count)
        }
    }

    /// What a pattern and its automaton may take. RE2's own standard, enough for any honest pattern.
    private static let memoryBytes: Int64 = 8 << 20
}

// SAFETY: RE2 objects may be used from any number of threads at once; only `deinit` needs to be alone.
extension Pattern: @unchecked Sendable {}

/// Why a pattern can't be used.
enum PatternError: Error, Equatable {
    /// It is no regular expression of ECMA-262.
    case malformed(String)
    /// It is one, but only backtracking could run it, or RE2 has no words for it.
    case refused(String)
}
