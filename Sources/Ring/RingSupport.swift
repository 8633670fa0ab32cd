internal import CLiburing
internal import CLinux
internal import Glibc

/// Whether this machine lets us use io_uring, and if not, who forbids it and what to do.
public enum RingSupport {
    /// Tries what the server needs: a ring with our flags, a buffer ring, and every operation we submit.
    ///
    /// - Throws: `RingError.unavailable` with the reason and the cure.
    public static func check() throws(RingError) {
        var configuration = RingConfiguration()
        configuration.submissionEntries = 8
        configuration.completionEntries = 16
        configuration.bufferCount = 8
        let ring = try Ring(configuration)
        // SAFETY: the ring is initialised; the probe is freed below.
        guard let probe = unsafe io_uring_get_probe_ring(ring.ring) else {
            throw .unavailable("io_uring can't be probed on this kernel; Linux 6.1 or newer is needed.")
        }
        defer { unsafe io_uring_free_probe(probe) }
        for (operation, name) in neededOperations
        where unsafe io_uring_opcode_supported(probe, Int32(operation.rawValue)) == 0 {
            throw .unavailable(
                "This kernel's io_uring lacks the operation \(name); Linux 6.1 or newer is needed, this is \(release())."
            )
        }
    }

    private static let neededOperations: [(io_uring_op, String)] = [
        (IORING_OP_ACCEPT, "ACCEPT"), (IORING_OP_RECV, "RECV"), (IORING_OP_SEND, "SEND"), (IORING_OP_READ, "READ"),
        (IORING_OP_ASYNC_CANCEL, "ASYNC_CANCEL"), (IORING_OP_SHUTDOWN, "SHUTDOWN"), (IORING_OP_CLOSE, "CLOSE"),
        (IORING_OP_MSG_RING, "MSG_RING"),
    ]

    /// Turns the errno of io_uring_setup(2) into what an operator can act on.
    static func explain(errno: Int32, disabledSetting: String? = disabledSetting(), release: String = release())
        -> String
    {
        switch errno {
        case ENOSYS:
            return
                "This kernel (\(release)) has no io_uring, or a sandbox hides it. Linux 6.1 or newer is needed; in a "
                + "container, start it with: --security-opt seccomp=scripts/seccomp-io-uring.json"
        case EPERM where disabledSetting == "1" || disabledSetting == "2":
            return "io_uring is switched off on this machine (kernel.io_uring_disabled = \(disabledSetting ?? "")). "
                + "Allow it with: sysctl kernel.io_uring_disabled=0"
        case EPERM, EACCES:
            return "A sandbox (seccomp) denies io_uring to this process. In a container, start it with: "
                + "--security-opt seccomp=scripts/seccomp-io-uring.json"
        case EINVAL:
            return "This kernel (\(release)) doesn't know the io_uring features that are needed. "
                + "Linux 6.1 or newer is needed."
        case ENOMEM:
            return "There is no memory for io_uring: raise RLIMIT_MEMLOCK (ulimit -l) or free memory."
        case EMFILE, ENFILE:
            return "There is no file descriptor left for io_uring: raise RLIMIT_NOFILE (ulimit -n)."
        default:
            return "io_uring could not be set up: \(text(errno: errno))."
        }
    }

    /// The value of kernel.io_uring_disabled, where the kernel (6.6 and newer) has it.
    private static func disabledSetting() -> String? {
        let descriptor = unsafe open("/proc/sys/kernel/io_uring_disabled", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var digit: UInt8 = 0
        // SAFETY: one byte is read into a local of one byte.
        guard unsafe Glibc.read(descriptor, &digit, 1) == 1 else { return nil }
        return String(UnicodeScalar(digit))
    }

    /// The kernel's release, such as `6.1.0-18-amd64`.
    private static func release() -> String {
        var name = utsname()
        // SAFETY: uname(2) fills the structure, whose release is a terminated string inside it.
        guard unsafe uname(&name) == 0 else { return "unknown" }
        return unsafe withUnsafeBytes(of: &name.release) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    static func text(errno: Int32) -> String {
        // SAFETY: strerror returns a terminated string that is copied at once.
        unsafe String(cString: strerror(errno))
    }
}
