internal import Ring

/// Whether this machine can run shards at all.
public enum Reactor {
    /// Tries what a shard needs of the kernel.
    ///
    /// - Throws: `ReactorError.ring` with who forbids it and what to do.
    public static func check() throws(ReactorError) {
        do throws(RingError) {
            try RingSupport.check()
        } catch {
            throw .ring(error)
        }
    }
}
