internal import CLinux
internal import Glibc

/// What threads sleep on until another has something for them (sem_init(3)). A post wakes one of them, and costs no system
/// call when none sleeps; an eventfd would wake all that read it, for one to get through.
@safe
package final class Semaphore {
    // INVARIANT: an initialised semaphore that stays where it is; destroyed when nobody can wait any more.
    private let semaphore: UnsafeMutablePointer<sem_t>

    /// One that makes the first thread wait.
    package init() {
        // SAFETY: the memory is this object's own. It can't fail: it is not shared with other processes, and starts at 0.
        unsafe semaphore = .allocate(capacity: 1)
        unsafe sem_init(semaphore, 0, 0)
    }

    deinit {
        // SAFETY: whoever waits or posts holds a reference, so nobody does.
        unsafe sem_destroy(semaphore)
        unsafe semaphore.deallocate()
    }

    /// Lets one waiting thread go on, or the next one that would wait.
    package func post() {
        // SAFETY: the invariant.
        unsafe sem_post(semaphore)
    }

    /// Sleeps until somebody posts, or about so long.
    package func wait(nanoseconds: UInt64) {
        var deadline = timespec()
        // SAFETY: the invariant; the time is a local. A signal may end it early.
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let sum = UInt64(deadline.tv_nsec) + nanoseconds
        deadline.tv_sec += Int(sum / 1_000_000_000)
        deadline.tv_nsec = Int(sum % 1_000_000_000)
        _ = unsafe ringfort_semaphore_wait(semaphore, &deadline)
    }

    /// Sleeps until somebody posts.
    package func wait() {
        // SAFETY: the invariant. Only a signal ends it early.
        while unsafe sem_wait(semaphore) != 0 {}
    }
}

// SAFETY: a semaphore is there to be used by several threads; the address to it never changes.
extension Semaphore: @unchecked Sendable {}
