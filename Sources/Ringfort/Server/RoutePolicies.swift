import RateLimiting

/// A limit of a route: the rate of its buckets, and which buckets those are.
struct RouteLimit: BitwiseCopyable {
    let rate: CellRate
    /// The number by which its buckets are told from those of other policies.
    let policy: UInt16
    /// What clients are told that it is called.
    let name: StaticString
}

/// Gives routes their limits, and each limit of their own a number.
///
/// Routes of one group share their buckets, and two groups with the same numbers do too, unless the limits have names.
struct RoutePolicies {
    private let configuration: ServerConfiguration
    private var own: [(limit: RateLimit, name: String?, number: UInt16)] = []
    private var routes = 0

    init(_ configuration: ServerConfiguration) { self.configuration = configuration }

    /// How a route limits its principals and its addresses.
    mutating func limits(of route: Router.Route) throws(ServerError) -> (principal: RouteLimit?, address: RouteLimit?) {
        defer { routes += 1 }
        var principal = configuration.principalRate.map {
            RouteLimit(rate: $0, policy: Application.Policy.principal, name: "principal")
        }
        var address: RouteLimit?
        switch route.limit {
        case .configured: break
        case .none: principal = nil
        case .perPrincipal(let tokens, let burst, let seconds):
            guard route.authentication != .none else { throw .limitWithoutToken(pattern: route.declaration.pattern) }
            principal = try limit(tokens, burst, seconds, of: route)
        case .perAddress(let tokens, let burst, let seconds):
            address = try limit(tokens, burst, seconds, of: route)
        }
        if route.authentication == .none { principal = nil }
        let bursts = [configuration.addressRate, principal?.rate, address?.rate].compactMap { $0?.burst }
        let most = bursts.min() ?? .max
        guard (1...most).contains(route.cost) else { throw .cost(pattern: route.declaration.pattern, most: most) }
        return (principal, address)
    }

    private mutating func limit(
        _ tokens: UInt32, _ burst: UInt32, _ seconds: UInt32, of route: Router.Route
    ) throws(ServerError) -> RouteLimit {
        // The first route's number, so that a reload which changes one limit leaves the buckets of the others theirs.
        let known = own.first { ($0.limit, $0.name) == (route.limit, route.limitName) }?.number
        let number = known ?? Application.Policy.firstOfRoutes + UInt16(clamping: routes)
        if known == nil { own.append((route.limit, route.limitName, number)) }
        do throws(RateError) {
            return RouteLimit(
                rate: try CellRate(tokens: tokens, everySeconds: seconds, burst: burst),
                policy: number, name: "route")
        } catch {
            throw .rate(pattern: route.declaration.pattern, error)
        }
    }
}
