internal import CLinux

/// The errno values that steer a shard, under names that say what they mean here.
enum ErrorNumber {
    /// The operation was cancelled.
    static let cancelled = ECANCELED
    /// The pool of provided buffers is empty.
    static let noBuffers = ENOBUFS
}
