internal import Synchronization

/// The scope names that the process knows, each with its number.
///
/// It only grows: a number never gets another name, so a set made at any time keeps its meaning.
final class ScopeRegistry: Sendable {
    /// The process's own. `ScopeSet` values are made before anything is configured, so there is one for all.
    static let shared = ScopeRegistry()

    private struct State {
        var names: [String] = []
        var indices: [String: Int] = [:]
        var firstError: ScopeError?
    }

    private let state = Mutex(State())

    /// The names in the order of their numbers.
    var names: [String] { state.withLock { $0.names } }

    /// The number of `name`, which is new or already known.
    func register(_ name: String) throws(ScopeError) -> Int {
        guard Self.isName(name) else { throw .invalidName(name) }
        let index: Int? = state.withLock { state in
            if let index = state.indices[name] { return index }
            guard state.names.count < ScopeSet.mostNames else { return nil }
            state.names.append(name)
            state.indices[name] = state.names.count - 1
            return state.names.count - 1
        }
        guard let index else { throw .tooManyNames(name) }
        return index
    }

    /// Keeps the first failure of a set that could not throw, for whoever takes a snapshot.
    func record(_ error: ScopeError) {
        state.withLock { $0.firstError = $0.firstError ?? error }
    }

    /// The names as they are now.
    ///
    /// - Throws: the first failure on record.
    func snapshot() throws(ScopeError) -> [String] {
        let (names, error) = state.withLock { ($0.names, $0.firstError) }
        if let error { throw error }
        return names
    }

    /// scope-token = 1*( %x21 / %x23-5B / %x5D-7E ), RFC 6749 section 3.3.
    static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }
}
