import Bytes
import JSON
import Reactor

/// What a server says of itself at one time.
struct ServerReport {
    let startedUnixSeconds: Int64
    let nowUnixSeconds: Int64
    let isDraining: Bool
    let snapshot: Snapshot
    let shards: [ShardCounters]
    let droppedRecords: UInt64
    let lostLines: UInt64

    /// What all shards have counted together.
    var total: ShardCounters {
        var total = ShardCounters()
        for shard in shards { total.add(shard) }
        return total
    }

    /// Appends the report as a JSON object, with a newline.
    func writeStatus(into buffer: inout ByteBuffer) {
        var object = JSONObjectWriter(into: &buffer)
        object.append("version", string: Server.version, into: &buffer)
        object.append("uptime_seconds", integer: nowUnixSeconds - startedUnixSeconds, into: &buffer)
        object.append("draining", bool: isDraining, into: &buffer)
        object.append("revocations", integer: Int64(snapshot.revocations.count), into: &buffer)
        object.append("api_keys", integer: Int64(snapshot.apiKeys.count), into: &buffer)
        object.append(name: "keys", into: &buffer)
        writeKeys(into: &buffer)
        object.append(name: "remote_keys", into: &buffer)
        writeRemoteKeys(into: &buffer)
        object.append(name: "certificates", into: &buffer)
        writeCertificates(into: &buffer)
        object.append(name: "log", into: &buffer)
        var log = JSONObjectWriter(into: &buffer)
        log.append("dropped_records", integer: Int64(clamping: droppedRecords), into: &buffer)
        log.append("lost_lines", integer: Int64(clamping: lostLines), into: &buffer)
        log.finish(into: &buffer)
        object.append(name: "shards", into: &buffer)
        var list = JSONArrayWriter(into: &buffer)
        for shard in shards {
            list.beginElement(into: &buffer)
            shard.write(into: &buffer)
        }
        list.finish(into: &buffer)
        object.finish(into: &buffer)
        buffer.append("\n")
    }

    private func writeKeys(into buffer: inout ByteBuffer) {
        let keyring = snapshot.application.keyring
        var keys = JSONObjectWriter(into: &buffer)
        keys.append("epoch", integer: Int64(clamping: keyring.epoch), into: &buffer)
        keys.append(name: "ids", into: &buffer)
        var ids = JSONArrayWriter(into: &buffer)
        for key in keyring.verificationKeys { ids.append(string: key.id.text.utf8.span.raw, into: &buffer) }
        ids.finish(into: &buffer)
        keys.finish(into: &buffer)
    }

    private func writeRemoteKeys(into buffer: inout ByteBuffer) {
        var list = JSONArrayWriter(into: &buffer)
        for issuer in remoteKeys {
            list.beginElement(into: &buffer)
            var object = JSONObjectWriter(into: &buffer)
            object.append("issuer", string: issuer.issuer.utf8.span.raw, into: &buffer)
            object.append("url", string: issuer.url.utf8.span.raw, into: &buffer)
            object.append(name: "ids", into: &buffer)
            var ids = JSONArrayWriter(into: &buffer)
            for id in issuer.keyIDs { ids.append(string: id.text.utf8.span.raw, into: &buffer) }
            ids.finish(into: &buffer)
            if let age = issuer.ageSeconds {
                object.append("age_seconds", integer: Int64(clamping: age), into: &buffer)
            }
            object.append("fetches", integer: Int64(clamping: issuer.fetches), into: &buffer)
            object.append("failed_fetches", integer: Int64(clamping: issuer.failedFetches), into: &buffer)
            if let failure = issuer.lastFailure {
                object.append("last_failure", string: failure.utf8.span.raw, into: &buffer)
            }
            object.finish(into: &buffer)
        }
        list.finish(into: &buffer)
    }

    /// The issuers whose keys are fetched.
    var remoteKeys: [RemoteKeys.Report] { snapshot.application.configuration.fetchers.map(\.report) }

    private func writeCertificates(into buffer: inout ByteBuffer) {
        var list = JSONArrayWriter(into: &buffer)
        for certificate in snapshot.certificates?.context.expiries ?? [] {
            list.beginElement(into: &buffer)
            var object = JSONObjectWriter(into: &buffer)
            object.append("path", string: certificate.path.utf8.span.raw, into: &buffer)
            object.append("expires_unix_seconds", integer: certificate.unixSeconds, into: &buffer)
            object.append("days_left", integer: (certificate.unixSeconds - nowUnixSeconds) / 86_400, into: &buffer)
            object.finish(into: &buffer)
        }
        list.finish(into: &buffer)
    }
}

extension ShardCounters {
    /// The counters by name, in the order in which they are told.
    var named: KeyValuePairs<StaticString, UInt64> {
        [
            "accepted": accepted, "closed": closed, "refused": refused, "failed_accepts": failedAccepts,
            "expired": expired, "handshakes": handshakes, "resumed_handshakes": resumedHandshakes,
            "failed_sessions": failedSessions, "requests": requests, "answers_2xx": answers2xx,
            "answers_3xx": answers3xx, "answers_4xx": answers4xx, "answers_5xx": answers5xx,
            "limited_requests": limitedRequests, "verifications": verifications, "shed": shed,
            "shed_requests": shedRequests, "slow_readers": slowReaders, "input_overflows": inputOverflows,
            "starved_receives": starvedReceives, "pauses": pauses, "token_cache_hits": tokenCacheHits,
            "token_cache_misses": tokenCacheMisses, "token_cache_stores": tokenCacheStores,
            "token_cache_evictions": tokenCacheEvictions,
        ]
    }

    fileprivate func write(into buffer: inout ByteBuffer) {
        var object = JSONObjectWriter(into: &buffer)
        for (name, value) in named { object.append(name, integer: Int64(clamping: value), into: &buffer) }
        object.finish(into: &buffer)
    }
}
