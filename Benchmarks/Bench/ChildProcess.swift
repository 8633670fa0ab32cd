import Foundation
import Glibc

/// A program that was started, and that ends with its owner: at the latest when this value goes.
///
/// Even when this process is killed outright the kernel ends the program, by its parent-death signal. It has a session of
/// its own, so that Ctrl-C reaches only this process, which then ends what it started in order.
struct ChildProcess: ~Copyable {
    let identifier: pid_t
    private let command: String
    private let outputPath: String
    /// Once its status is taken, its number may be another program's.
    private var hasEnded: Bool

    /// How long a program has to end by itself before it is killed.
    private static let graceMilliseconds = 3000

    /// The kernel may group processes by session; niceness then acts within a group only, and the group has its own.
    /// Without the right to set that, the measurement is only noisier.
    private static let passOnNiceness = #"{ nice >/proc/self/autogroup; } 2>/dev/null; exec "$@""#

    /// Starts `command`, whose first word is looked up on PATH, on one processor.
    ///
    /// What it says goes to the file at `outputPath`, what it says of errors to one beside that; `environment` is added to
    /// this process's own.
    init(
        _ command: [String],
        onProcessor processor: Int,
        outputPath: String,
        environment: [String: String] = [:]
    ) throws(BenchError) {
        let wrapper = ["setsid", "sh", "-c", Self.passOnNiceness, "sh", "setpriv", "--pdeathsig", "KILL"]
        let pinned = wrapper + ["taskset", "--cpu-list", String(processor)] + command
        let inherited = ProcessInfo.processInfo.environment
        let settings = inherited.merging(environment) { $1 }.map { "\($0)=\($1)" }
        let started = try Self.spawn(pinned, settings, outputPath: outputPath)
        identifier = started
        hasEnded = false
        self.command = command.joined(separator: " ")
        self.outputPath = outputPath
    }

    deinit { if !hasEnded { Self.end(identifier) } }

    /// Waits until the program has ended by itself, and gives what it said.
    ///
    /// - Throws: `BenchError` when it fails, or when the user loses patience.
    mutating func output() throws(BenchError) -> String {
        var status: Int32 = 0
        // SAFETY: the kernel writes the status, which lives through the call.
        while unsafe waitpid(identifier, &status, 0) == -1 {
            guard errno == EINTR else { throw .systemCall("waitpid", code: errno) }
            try Interruption.check()
        }
        hasEnded = true
        try Interruption.check()
        guard status == 0 else { throw failure() }
        return try readText(outputPath)
    }

    /// Whether the program has ended by itself.
    mutating func isOver() -> Bool {
        if !hasEnded && waitpid(identifier, nil, WNOHANG) == identifier { hasEnded = true }
        return hasEnded
    }

    /// The error of a program that does not do its work, with the last that it said.
    func failure() -> BenchError {
        let said = [outputPath, Self.errorPath(outputPath)].map { (try? readText($0)) ?? "" }.joined()
        return .programFailed(command: command, output: String(said.suffix(1000)))
    }

    private static func errorPath(_ outputPath: String) -> String { outputPath + ".errors" }

    private static func spawn(
        _ words: [String], _ settings: [String], outputPath: String
    ) throws(BenchError) -> pid_t {
        // SAFETY: the actions are initialised before and destroyed after their use; every string given to a call is
        // terminated and lives through it, the copies made here included.
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let writing = O_WRONLY | O_CREAT | O_TRUNC
        unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, writing, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errorPath(outputPath), writing, 0o600)
        let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        let environment = unsafe settings.map { unsafe strdup($0) } + [nil]
        var identifier: pid_t = 0
        let code = unsafe posix_spawnp(&identifier, words[0], &actions, nil, arguments, environment)
        unsafe posix_spawn_file_actions_destroy(&actions)
        unsafe (arguments + environment).forEach { unsafe free($0) }
        guard code == 0 else { throw .systemCall("posix_spawnp", code: code) }
        return identifier
    }

    /// Asks the program to end, kills it when it does not, and takes its status so that no zombie stays.
    private static func end(_ identifier: pid_t) {
        kill(identifier, SIGTERM)
        for _ in 0..<graceMilliseconds / 10 {
            if waitpid(identifier, nil, WNOHANG) != 0 { return }
            usleep(10_000)
        }
        kill(identifier, SIGKILL)
        waitpid(identifier, nil, 0)
    }
}
