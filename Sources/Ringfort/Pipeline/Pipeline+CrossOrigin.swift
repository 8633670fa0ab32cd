import Bytes
import HTTPWire

/// CORS (the Fetch standard): the headers by which a browser lets a page of another origin read an answer.
///
/// They keep nobody out: what a request may do, the other stages decide alone.
extension Pipeline {
    /// A question of a browser that a policy answers with yes.
    struct Preflight {
        /// The origin's entry of the application's table.
        let entry: Int
        /// The method that the page wants to use.
        let method: HTTPWire.Method
    }

    /// The answer to a preflight, before anybody is asked for credentials: a browser sends none. Nil when the request is no
    /// preflight, or for no route that its origin may call: it is an OPTIONS request like any other then, and the browser
    /// takes that for a no.
    @inline(__always)
    func preflight(_ headBytes: RawSpan, _ pathIsDecoded: Bool) -> Preflight? {
        guard application.crossOrigin.isUsed, memory.head.method == .options, memory.head.count(of: .origin) == 1,
            let method = preflightMethod(headBytes)
        else { return nil }
        guard let route = route(method, headBytes, pathIsDecoded) else { return nil }
        let entries = application.rules[route].crossOrigin
        guard !entries.isEmpty else { return nil }
        let entry = application.crossOrigin.entry(among: entries, for: memory.head, headBytes)
        return entry.isAllowed ? Preflight(entry: entry.index, method: method) : nil
    }

    /// The entry with the headers of a route's answer to the request at hand. O(origins that the route allows).
    @inline(__always)
    func crossOriginEntry(_ route: Int, _ headBytes: RawSpan) -> Int {
        let entries = application.rules[route].crossOrigin
        guard !entries.isEmpty else { return 0 }
        return application.crossOrigin.entry(among: entries, for: memory.head, headBytes).index
    }

    /// The same for a request that was refused, perhaps before its route was known: its page shall read why.
    mutating func crossOriginEntry(ofRefused headBytes: RawSpan) -> Int {
        guard application.crossOrigin.isUsed, memory.head.count(of: .origin) == 1,
            let route = route(ofRefused: headBytes)
        else { return 0 }
        return crossOriginEntry(route, headBytes)
    }

    /// The route that a refused request is for; nil where there is none.
    mutating func route(ofRefused headBytes: RawSpan) -> Int? {
        guard let method = memory.head.method, !headBytes.isEmpty else { return nil }
        do throws(WireError) {
            return route(method, headBytes, try memory.canonicalizePath(headBytes))
        } catch {
            return nil
        }
    }

    private func route(_ method: HTTPWire.Method, _ headBytes: RawSpan, _ pathIsDecoded: Bool) -> Int? {
        var parameters = PathParameters()
        guard case .found(let route) = match(method, headBytes, pathIsDecoded, &parameters) else { return nil }
        return route
    }

    private func preflightMethod(_ headBytes: RawSpan) -> HTTPWire.Method? {
        let name: StaticString = "access-control-request-method"
        guard let index = memory.head.firstIndex(named: name, in: headBytes),
            memory.head.firstIndex(named: name, in: headBytes, from: index + 1) == nil
        else { return nil }
        return HTTPWire.Method(headBytes.extracting(memory.head.header(index).value))
    }
}
