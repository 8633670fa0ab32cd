extension ServerConfiguration {
    /// The certificates that it names, where it names some.
    func certificates(replacing previous: TLSCertificates? = nil) throws(ServerError) -> TLSCertificates? {
        guard let tls else { return nil }
        return try TLSCertificates(tls, replacing: previous)
    }

    /// This configuration as far as it can come into force while a server runs that was started with another; and the names
    /// of what has changed and can't: sockets, threads and tables are made once.
    func keeping(fixedOf running: ServerConfiguration) -> (configuration: ServerConfiguration, pending: [String]) {
        var (kept, pending) = (self, [String]())
        func keep<Value: Equatable>(_ name: String, _ member: WritableKeyPath<ServerConfiguration, Value>) {
            guard kept[keyPath: member] != running[keyPath: member] else { return }
            kept[keyPath: member] = running[keyPath: member]
            pending.append(name)
        }
        keep("listen", \.address)
        keep("listeners", \.listeners)
        keep("shards", \.shards)
        keep("limits.connections", \.connections)
        keep("timeouts.drain_ms", \.drainTimeoutMilliseconds)
        keep("tokens.cache_entries", \.tokenCacheCapacity)
        keep("tokens.cache_seconds", \.tokenCacheSeconds)
        keep("rate_limits.clients", \.limiterCapacity)
        keep("rate_limits.verification_queue", \.waitingVerifications)
        keep("rate_limits.verification_pass_us", \.verificationMicrosecondsOfPass)
        keep("workers.threads", \.workers)
        keep("workers.queue", \.waitingWork)
        keep("log.file", \.logPath)
        keep("log.audit_file", \.auditPath)
        keep("http.openapi", \.publishesOpenAPI)
        keep("admin", \.admin)
        if kept.identity?.fixed != running.identity?.fixed {
            kept.identity = running.identity
            pending.append("identity")
        }
        kept.identity?.service = running.identity?.service
        kept.revocations = running.revocations
        kept.logDescriptor = running.logDescriptor
        if (kept.tls == nil) != (running.tls == nil) {
            kept.tls = running.tls
            pending.append("tls")
        }
        return (kept, pending)
    }
}
