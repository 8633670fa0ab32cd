import Bytes
package import Identity
public import Reactor
public import SQLite

/// The server's own users, clients and keys: their database, and the threads that wait for it and hash passwords.
///
/// A program makes it once and keeps it over reloads. Handlers wait for its threads, which are few and before which only so
/// much waits; shards wait for nothing.
public final class IdentityService: Sendable {
    package let store: IdentityStore
    /// At which cost passwords are hashed.
    package let passwordCost: PasswordHashCost
    /// A hash of what nobody knows, to be compared with where there are no users.
    private let nobody: PasswordHash
    /// How many passwords were hashed or compared, and how many at the same time at most.
    package let hashes = WorkGauge()
    private let disk: WorkerPool
    /// The threads that hash passwords.
    let hashing: WorkerPool
    /// How many attempts may wait for them before those of strangers are refused.
    private let mostWaitingStrangers: Int

    /// Opens the database at `path`, which is made when it is not there, and measures what a hash may cost on this machine.
    ///
    /// - Parameters:
    ///   - hashes: how many passwords are hashed at the same time, at least one: each takes the memory of one hash.
    ///   - waiting: how many may wait for that; logins beyond are answered 503.
    /// - Throws: `IdentityServiceError`.
    public convenience init(
        opening path: String, hashes: Int = 1, waiting: Int = 64
    ) throws(IdentityServiceError) {
        try self.init(opening: path, hashes: hashes, waiting: waiting, passwordCost: nil)
    }

    /// As the other, at a given cost; nil to choose it here.
    package init(
        opening path: String, hashes: Int, waiting: Int, passwordCost: PasswordHashCost?
    ) throws(IdentityServiceError) {
        do throws(DatabaseError) {
            store = try IdentityStore(opening: path)
        } catch {
            throw .database(error)
        }
        do throws(SQLiteError) {
            self.passwordCost = if let passwordCost { passwordCost } else { .tuned(keeping: try store.passwordCost()) }
        } catch {
            throw .database(.sqlite(path: path, error))
        }
        guard let nobody = PasswordHash(of: Array(RandomSecret.randomText(byteCount: 32).utf8), cost: self.passwordCost)
        else { throw .noMemory(self.passwordCost.memoryMebibytes) }
        self.nobody = nobody
        mostWaitingStrangers = max(1, waiting / 2)
        disk = try Self.pool(workers: 1, capacity: Self.waitingForDisk)
        do throws(IdentityServiceError) {
            hashing = try Self.pool(workers: max(1, hashes), capacity: max(1, waiting), niceness: Self.hashNiceness)
        } catch {
            disk.stop()
            throw error
        }
    }

    deinit {
        disk.stop()
        hashing.stop()
    }

    private static func pool(
        workers: Int, capacity: Int, niceness: Int32 = 0
    ) throws(IdentityServiceError) -> WorkerPool {
        do throws(ReactorError) {
            return try WorkerPool(workers: workers, capacity: capacity, niceness: niceness)
        } catch {
            throw .threads(error)
        }
    }

    /// Has the disk's thread ask or change the database.
    ///
    /// - Throws: 503 when too much waits, or another program keeps the database busy; 500 when it fails.
    func onDisk<Answer: Sendable>(
        _ body: @escaping @Sendable (IdentityStore) throws(SQLiteError) -> Answer
    ) async throws(Problem) -> Answer {
        let outcome = await Self.run(on: disk) { [store] in
            Result { () throws(SQLiteError) in try body(store) }
        }
        switch outcome {
        case .success(let answer): return answer
        case .failure(let error):
            guard error.condition == .fault else { throw .identityOverload }
            throw .internalFault(reason: "identity_database", detail: LogDetail("\(error)"))
        case nil: throw .identityOverload
        }
    }

    /// Whether a password is the user's; where there is no such user, as much is done for nothing.
    ///
    /// - Parameters:
    ///   - decoy: what is compared with then; nil where there are no users at all.
    ///   - isStranger: whether the user has not logged in from there before. Strangers get half of the queue, so that they can't
    ///     keep those out who are known.
    /// - Returns: the hash that shall be kept from now on, where the password is right and was hashed at another cost.
    func verify(
        _ password: [UInt8], against hash: PasswordHash?, or decoy: PasswordHash?, isStranger: Bool
    ) async throws(Problem) -> (isRight: Bool, newHash: PasswordHash?) {
        guard !isStranger || hashing.waitingCount < mostWaitingStrangers else { throw .identityOverload }
        let (nobody, cost, gauge) = (nobody, passwordCost, hashes)
        let outcome = await Self.run(on: hashing) { () -> (isRight: Bool, newHash: PasswordHash?)? in
            let present = hash ?? decoy ?? nobody
            guard let matches = gauge.count({ present.matches(password) }) else { return nil }
            guard matches, let hash else { return (false, nil) }
            guard hash.differs(from: cost) else { return (true, nil) }
            return (true, gauge.count { PasswordHash(of: password, cost: cost) })
        }
        switch outcome {
        case .some(.some(let verdict)): return verdict
        case .some(.none): throw .internalFault(reason: "no_memory_for_hash")
        case .none: throw .identityOverload
        }
    }

    /// Waits for a piece of work without holding a thread; nil when too much waits already.
    private static func run<Answer: Sendable>(
        on pool: WorkerPool, _ work: @escaping @Sendable () -> Answer
    ) async -> Answer? {
        await withCheckedContinuation { continuation in
            if !pool.submit({ continuation.resume(returning: work()) }) { continuation.resume(returning: nil) }
        }
    }

    private static let waitingForDisk = 1_024
    /// A hash gives way to requests, and still gets a tenth of a core that they would fill.
    private static let hashNiceness: Int32 = 10
}

extension Problem {
    /// 503: too much waits for the threads of the identities.
    static let identityOverload = Problem(
        status: .serviceUnavailable, advice: .retry(afterSeconds: 1), reason: "identity_overload")
}

/// Why there are no identities to serve.
public enum IdentityServiceError: Error, CustomStringConvertible {
    case database(DatabaseError)
    case threads(ReactorError)
    case noMemory(Int)

    /// The error as a sentence for an operator.
    public var description: String {
        switch self {
        case .database(let error): "\(error)"
        case .threads(let error): "\(error)"
        case .noMemory(let mebibytes): "there are no \(mebibytes) MiB for hashing a password: choose another cost"
        }
    }
}
