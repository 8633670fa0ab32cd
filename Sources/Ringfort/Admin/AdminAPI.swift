import Bytes
import HTTPWire
import JSON
import Reactor
import Tokens

/// What a server answers about itself, on a listener of its own.
///
/// All of it runs on workers: it may wait for the shards, and reads files.
enum AdminAPI {
    /// The routes over what they ask; made before the server starts.
    static func routes(_ configuration: AdminConfiguration, _ control: ServerControl) -> Router {
        let scope = configuration.access == .token ? ScopeSet(AdminConfiguration.scope) : ScopeSet()
        let isOpenToPages = configuration.isOpenToPages
        var api = Router()
        api.get("/livez") { request, response throws(Problem) in
            if isOpenToPages { try request.refuseOtherHosts() }
            response.text("ok\n")
        }
        api.get("/readyz") { request, response throws(Problem) in
            if isOpenToPages { try request.refuseOtherHosts() }
            if control.isDraining { response.status = .serviceUnavailable }
            response.text(control.isDraining ? "draining\n" : "ok\n")
        }
        api.get("/status", scopes: scope, runs: .onWorker) { request, response throws(Problem) in
            if isOpenToPages { try request.refuseOtherHosts() }
            response.mediaType = .json
            control.report().writeStatus(into: &response.body)
        }
        api.get("/metrics", scopes: scope, runs: .onWorker) { request, response throws(Problem) in
            if isOpenToPages { try request.refuseOtherHosts() }
            response.mediaType = MediaType("text/plain; version=0.0.4; charset=utf-8")
            control.report().writeMetrics(into: &response.body)
        }
        api.on(.post, "/reload", scopes: scope, runs: .onWorker) { request, response throws(Problem) in
            if isOpenToPages { try request.refuseOtherHosts() }
            try request.refuseOtherOrigins()
            reload(control, &response)
        }
        api.post(
            "/revoke", scopes: scope, body: .json(bytes: 16_384, schema: .anything), runs: .onWorker
        ) { request, response throws(Problem) in
            if isOpenToPages { try request.refuseOtherHosts() }
            try request.refuseOtherOrigins()
            revoke(request.body, control, &response)
        }
        api.on(.post, "/apikeys/reload", scopes: scope, runs: .onWorker) { request, response throws(Problem) in
            if isOpenToPages { try request.refuseOtherHosts() }
            try request.refuseOtherOrigins()
            readAPIKeys(control, &response)
        }
        return api
    }

    private static func readAPIKeys(_ control: ServerControl, _ response: inout ResponseWriter) {
        do throws(ReloadError) {
            try control.readAPIKeys()
            response.mediaType = .json
            response.body.append("{\"in_force\":true}\n")
        } catch {
            refuse(error.description, &response)
        }
    }

    private static func reload(_ control: ServerControl, _ response: inout ResponseWriter) {
        do throws(ReloadError) {
            let pending = try control.reload()
            response.mediaType = .json
            var object = JSONObjectWriter(into: &response.body)
            object.append("reloaded", bool: true, into: &response.body)
            object.append(name: "needs_restart", into: &response.body)
            var names = JSONArrayWriter(into: &response.body)
            for name in pending { names.append(string: name.utf8.span.raw, into: &response.body) }
            names.finish(into: &response.body)
            object.finish(into: &response.body)
            response.body.append("\n")
        } catch {
            refuse(error.description, &response)
        }
    }

    private static func revoke(_ body: RawSpan, _ control: ServerControl, _ response: inout ResponseWriter) {
        guard let revocation = Revocation(journalLine: body) else {
            return refuse("this is no revocation as the journal has them", &response)
        }
        do throws(ReloadError) {
            try control.revoke(revocation)
            response.mediaType = .json
            response.body.append("{\"in_force\":true}\n")
        } catch {
            refuse(error.description, &response)
        }
    }

    /// Who may ask is told what is wrong: it is his own configuration.
    private static func refuse(_ reason: String, _ response: inout ResponseWriter) {
        response.status = .unprocessableContent
        response.mediaType = .json
        var object = JSONObjectWriter(into: &response.body)
        object.append("reason", string: reason.utf8.span.raw, into: &response.body)
        object.finish(into: &response.body)
        response.body.append("\n")
    }
}

extension Request {
    /// A page in a browser on this machine can reach loopback, too; browsers say where a change comes from.
    fileprivate func refuseOtherOrigins() throws(Problem) {
        if header(named: "origin") != nil { throw .forbidden(reason: "other_origin") }
    }

    /// A page whose name was made to mean this machine (DNS rebinding) is of one origin with what it asks then, and reads
    /// the answers. Browsers say by which name they ask: it is the page's.
    fileprivate func refuseOtherHosts() throws(Problem) {
        guard let value = header(named: "host") else { return }
        let host = String(value)
        let isLocalhost = host.prefix { $0 != ":" }.lowercased() == "localhost"
        // A port is optional here.
        guard isLocalhost || (ListenAddress(host) ?? ListenAddress("\(host):0")) != nil else {
            throw .forbidden(reason: "other_host")
        }
    }
}

extension AdminConfiguration {
    /// Whether a page in a browser on this machine could ask: it reaches ports, and no socket in the file system, and has
    /// no token.
    fileprivate var isOpenToPages: Bool { access == .local && address?.socketPath == nil }
}
