import Bytes
import JSONSchema
import Ringfort
import YAML

/// What a file says of a route, or of all below a path.
struct RouteEntry: Sendable, Equatable {
    /// Without a name, which is its key in the file.
    var setting = RouteSetting("")
    /// The name of the limit.
    var limit: String?

    static let reader = ValueReader.record(
        RouteEntry(),
        [
            Member("scopes", \.setting.scopes, .scopes, help: "A token must grant all of these."),
            Member("any_scopes", \.setting.anyScopes, .scopes, help: "A token must grant one of these, too."),
            Member(
                "limit", \.limit, .line,
                help: "The limit in place of the route's own: a name from `rate_limits.policies`, or `off`."),
            Member(
                "cost", \.setting.cost, .wholeNumber(1...RequestLimit.most),
                help: "How many tokens a request takes from each bucket."),
            Member(
                "body_bytes", \.setting.bodyBytes, .wholeNumber(1...1_073_741_824),
                help: "How long a body may be, before the answer is 413."),
            Member(
                "schema", \.setting.bodySchema, .schemaFile,
                help: "A file with the JSON Schema that a body must keep to, in place of the route's own."),
            Member(
                "deadline_ms", \.setting.deadlineMilliseconds, .wholeNumber(1...86_400_000),
                help: "How many milliseconds a handler on a worker or in a task may take."),
            Member("cors", \.setting.crossOrigin, .policy, help: "Which pages of other origins may call."),
        ])
}

extension Settings {
    /// What is said of routes, for the server.
    var routeSettings: [RouteSetting] {
        routes.map { entry in
            var setting = entry.value.setting
            setting.name = entry.name
            setting.limit = entry.value.limit.flatMap(limit)
            setting.limitName = entry.value.limit
            return setting
        }
    }

    /// The limit with this name; nil when there is none.
    private func limit(named name: String) -> RateLimit? {
        name == "off" ? RateLimit.none : policies.first { $0.name == name }?.value.limit
    }

    /// What of it can't be said of these routes.
    var routeFaults: [ValueFault] {
        let unknown = routes.compactMap { entry -> ValueFault? in
            guard let name = entry.value.limit, limit(named: name) == nil else { return nil }
            let nearest = policies.map(\.name).nearest(to: name).map { "; did you mean '\($0)'?" } ?? ""
            return ValueFault(
                keys: [entry.name, "limit"], message: "there is no '\(name.excerpt)' in rate_limits.policies\(nearest)")
        }
        let access = routeSettings.map(\.access)
        return unknown
            + routeSettings.compactMap { setting in
                do throws(ServerError) {
                    _ = try Self.api.applying(access + [setting])
                    return nil
                } catch {
                    return ValueFault(keys: [setting.name], message: "\(error)")
                }
            }
    }

    /// The routes that there are; not to be called.
    private static let api: Router = {
        let program = SampleAPI.routes { preconditionFailure("what is only named handles no request") }
        do {
            return program.publishingIdentity(try Settings().configuration(Keyring(), cores: 1))
        } catch {
            preconditionFailure("the defaults are refused: \(error)")
        }
    }()

    /// What is wrong with the name of a route.
    static func routeFault(_ name: String) -> String? {
        guard !api.hasRoute(named: name) else { return nil }
        let known = name.first == "/" ? api.routeNames.map(\.path) : api.routeNames
        let nearest = known.nearest(to: name)
        let cure = nearest.map { "did you mean '\($0)'?" } ?? "there are \(api.routeNames.joined(separator: ", "))"
        return "there is no route '\(name.excerpt)'; \(cure)"
    }
}

extension String {
    /// The path of a route's name.
    fileprivate var path: String { String(drop { $0 != "/" }) }
}
