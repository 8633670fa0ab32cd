import Bytes

/// The report as Prometheus reads it: its text format, version 0.0.4.
extension ServerReport {
    /// Appends all metrics.
    func writeMetrics(into buffer: inout ByteBuffer) {
        writeServer(into: &buffer)
        writeRequests(into: &buffer)
        writeConnections(into: &buffer)
        writeTokens(into: &buffer)
        writeRemoteKeys(into: &buffer)
        writeCertificates(into: &buffer)
    }

    private func writeServer(into buffer: inout ByteBuffer) {
        Metric("ringfort_build_info", .gauge, "Which version runs.")
            .write([(#"version="\#(Server.version)""#, 1)], into: &buffer)
        Metric("ringfort_start_time_seconds", .gauge, "When the server was started, in Unix time.")
            .write(UInt64(clamping: startedUnixSeconds), into: &buffer)
        Metric("ringfort_draining", .gauge, "Whether the server ends with the requests that it has.")
            .write(isDraining ? 1 : 0, into: &buffer)
        Metric("ringfort_keyring_epoch", .gauge, "Grows when a reload has brought other keys.")
            .write(snapshot.application.keyringEpoch, into: &buffer)
        Metric("ringfort_revocations", .gauge, "How many revocations are in force.")
            .write(UInt64(snapshot.revocations.count), into: &buffer)
        Metric("ringfort_api_keys", .gauge, "How many API keys there are that nobody has revoked.")
            .write(UInt64(snapshot.apiKeys.count), into: &buffer)
        Metric("ringfort_log_dropped_records_total", .counter, "Log records dropped because a ring was full.")
            .write(droppedRecords, into: &buffer)
        Metric("ringfort_log_lost_lines_total", .counter, "Log lines lost because nobody took them.")
            .write(lostLines, into: &buffer)
    }

    private func writeRequests(into buffer: inout ByteBuffer) {
        let total = total
        Metric("ringfort_requests_total", .counter, "Requests whose heads were read.")
            .write(total.requests, into: &buffer)
        Metric("ringfort_responses_total", .counter, "Answers by the class of their status.")
            .write(
                [
                    (#"class="2xx""#, total.answers2xx), (#"class="3xx""#, total.answers3xx),
                    (#"class="4xx""#, total.answers4xx), (#"class="5xx""#, total.answers5xx),
                ], into: &buffer)
        Metric("ringfort_rate_limited_requests_total", .counter, "Requests that a rate limit has refused.")
            .write(total.limitedRequests, into: &buffer)
        Metric("ringfort_limiter_overflows_total", .counter, "Decisions of the limiter in a bucket that many share.")
            .write(snapshot.application.buckets.overflowDecisions, into: &buffer)
        Metric("ringfort_shed_total", .counter, "What was refused for want of room.")
            .write(
                [(#"what="connection""#, total.shed), (#"what="request""#, total.shedRequests)], into: &buffer)
    }

    private func writeConnections(into buffer: inout ByteBuffer) {
        let total = total
        Metric("ringfort_connections", .gauge, "Connections open.")
            .write(total.accepted - min(total.closed, total.accepted), into: &buffer)
        Metric("ringfort_connections_accepted_total", .counter, "Connections accepted.")
            .write(total.accepted, into: &buffer)
        Metric("ringfort_connections_refused_total", .counter, "Connections that found no place.")
            .write(total.refused, into: &buffer)
        Metric("ringfort_connections_cut_total", .counter, "Connections cut, by what was wrong with them.")
            .write(
                [
                    (#"reason="deadline""#, total.expired), (#"reason="slow_reader""#, total.slowReaders),
                    (#"reason="input""#, total.inputOverflows),
                ], into: &buffer)
        Metric("ringfort_tls_handshakes_total", .counter, "TLS handshakes done, by how.")
            .write(
                [
                    (#"kind="full""#, total.handshakes - min(total.resumedHandshakes, total.handshakes)),
                    (#"kind="resumed""#, total.resumedHandshakes),
                ], into: &buffer)
        Metric("ringfort_tls_failures_total", .counter, "TLS sessions that failed or were refused.")
            .write(total.failedSessions, into: &buffer)
    }

    private func writeTokens(into buffer: inout ByteBuffer) {
        let total = total
        Metric("ringfort_token_cache_hits_total", .counter, "Tokens that were verified before.")
            .write(total.tokenCacheHits, into: &buffer)
        Metric("ringfort_token_cache_misses_total", .counter, "Tokens that had to be verified.")
            .write(total.tokenCacheMisses, into: &buffer)
        Metric("ringfort_token_cache_evictions_total", .counter, "Verified tokens that went for others.")
            .write(total.tokenCacheEvictions, into: &buffer)
        Metric("ringfort_token_verifications_total", .counter, "Verifications that were paid for and done.")
            .write(total.verifications, into: &buffer)
    }

    private func writeRemoteKeys(into buffer: inout ByteBuffer) {
        let issuers = remoteKeys.map { (label: #"issuer="\#(Metric.escaped($0.issuer))""#, report: $0) }
        guard !issuers.isEmpty else { return }
        Metric("ringfort_remote_keys", .gauge, "Keys in force of an issuer whose keys are fetched.")
            .write(issuers.map { ($0.label, UInt64($0.report.keyIDs.count)) }, into: &buffer)
        Metric("ringfort_remote_keys_age_seconds", .gauge, "How long ago they were fetched, where there are any.")
            .write(issuers.compactMap { issuer in issuer.report.ageSeconds.map { (issuer.label, $0) } }, into: &buffer)
        Metric("ringfort_remote_key_fetches_total", .counter, "Fetches of an issuer's keys, by how they ended.")
            .write(
                issuers.flatMap {
                    [
                        (#"\#($0.label),outcome="success""#, $0.report.fetches),
                        (#"\#($0.label),outcome="failure""#, $0.report.failedFetches),
                    ]
                }, into: &buffer)
    }

    private func writeCertificates(into buffer: inout ByteBuffer) {
        guard let certificates = snapshot.certificates else { return }
        Metric("ringfort_certificate_expiry_time_seconds", .gauge, "When a certificate expires, in Unix time.")
            .write(
                certificates.context.expiries.map {
                    (#"path="\#(Metric.escaped($0.path))""#, UInt64(clamping: $0.unixSeconds))
                }, into: &buffer)
    }
}

/// One metric: what is said of it before its values.
private struct Metric {
    enum Kind: String {
        case counter, gauge
    }

    private let name: String
    private let kind: Kind
    private let help: String

    init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    func write(_ value: UInt64, into buffer: inout ByteBuffer) {
        writeHead(into: &buffer)
        buffer.append("\(name) \(value)\n")
    }

    /// Writes a value for each set of labels.
    func write(_ values: [(labels: String, value: UInt64)], into buffer: inout ByteBuffer) {
        writeHead(into: &buffer)
        for (labels, value) in values { buffer.append("\(name){\(labels)} \(value)\n") }
    }

    private func writeHead(into buffer: inout ByteBuffer) {
        buffer.append("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
    }

    /// The value of a label, between quotes.
    static func escaped(_ text: String) -> String {
        String(
            text.flatMap { character in
                switch character {
                case "\\": "\\\\"
                case "\"": "\\\""
                case "\n": "\\n"
                default: "\(character)"
                }
            })
    }
}
