import TestSupport
import Testing

@testable import Ringfort

/// What a test would have a server go by after the next reload.
final class TestSource: Sendable {
    private let state = SeenMutex<Result<(api: Router, configuration: ServerConfiguration), ReloadError>>(
        .failure(ReloadError("nothing was set")))

    func set(_ api: Router, _ configuration: ServerConfiguration) {
        state.withLock { $0 = .success((api, configuration)) }
    }

    func fail(_ reason: String) { state.withLock { $0 = .failure(ReloadError(reason)) } }

    /// Changes what was set.
    func change(_ change: (inout Router, inout ServerConfiguration) throws -> Void) throws {
        var (api, configuration) = try state.withLock { $0 }.get()
        try change(&api, &configuration)
        set(api, configuration)
    }

    var read: Server.ConfigurationSource {
        { [self] () throws(ReloadError) in try state.withLock { $0 }.get() }
    }
}
