import Glibc

/// The time of day.
enum UnixTime {
    /// Seconds since 1970 (UTC).
    static func now() -> UInt64 { UInt64(max(time(nil), 0)) }
}
