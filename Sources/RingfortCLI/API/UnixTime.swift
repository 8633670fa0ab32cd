import Glibc

/// The time of day.
enum UnixTime {
    /// Seconds since 1970 (UTC).
    static func now() -> Int64 { Int64(max(time(nil), 0)) }
}
