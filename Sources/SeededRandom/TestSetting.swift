import Glibc

/// What a script asks of the tests that it runs: an environment variable.
public enum TestSetting {
    /// The value of the variable `name`; nil when it is not set.
    public static func value(of name: String) -> String? {
        // SAFETY: the value is copied at once; nothing in a test process changes the environment.
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
