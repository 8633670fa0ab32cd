internal import CCurl

/// Fetches documents over HTTPS, from hosts that prove with their certificates who they are.
///
/// What a host could use to lead it elsewhere is off: redirects, proxies of the environment, other protocols, cookies,
/// compression. A fetch waits; it is for threads that may, and that take no signals: writing to a connection that the host
/// has closed raises SIGPIPE.
package struct HTTPSFetcher: Sendable {
    /// A file in PEM with the authorities that are trusted, and nobody else then; nil for those of the system.
    package var authorityPath: String?
    /// Whether the host may be at an address that is not of the public internet.
    package var allowsPrivateAddresses = false
    /// The most bytes of a document.
    package var mostBytes = 256 * 1_024
    /// How long it may take until the host has agreed on keys, in milliseconds.
    package var connectTimeoutMilliseconds = 3_000
    /// How long all of it may take, in milliseconds.
    package var timeoutMilliseconds = 10_000

    /// A fetcher with the limits of the security model.
    package init() {}

    /// Fetches a JSON document.
    package func fetch(
        _ url: HTTPSURL, cancellation: FetchCancellation = FetchCancellation()
    ) throws(FetchError) -> [UInt8] {
        let reception = Reception(self, cancellation)
        let transfer = try Transfer(url, self, reception)
        let code = transfer.perform()
        guard code == CURLE_OK else { throw reception.fault ?? FetchError(code, reception) }
        let status = transfer.status
        guard status == 200 else { throw .status(status) }
        let type = transfer.mediaType
        guard Self.mediaTypes.contains(type.lowercased()) else { throw .mediaType(type) }
        return reception.bytes
    }

    private static let mediaTypes = ["application/json", "application/jwk-set+json"]
}

extension FetchError {
    fileprivate init(_ code: CURLcode, _ reception: Reception) {
        let words = reception.words(for: code)
        switch code {
        case CURLE_OPERATION_TIMEDOUT: self = .timeout
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: self = .unreachable(words)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE: self = .certificate(words)
        default: self = .failed(words)
        }
    }
}

/// One transfer of libcurl's, which holds what it uses for as long as it lives.
@safe
private struct Transfer: ~Copyable {
    // INVARIANT: both are this value's own. `reception` outlives the handle, which asks it.
    private let curl: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<curl_slist>
    private let reception: Reception

    /// libcurl, made ready once.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(_ url: HTTPSURL, _ fetcher: HTTPSFetcher, _ reception: Reception) throws(FetchError) {
        let noMemory = FetchError.failed("libcurl can't be used: there is no memory for it, or it is too old")
        // SAFETY: the list is this value's own from here on, and the handle, too; what fails is given back here.
        let accepted = "Accept: application/jwk-set+json, application/json"
        guard Self.isReady, let headers = unsafe curl_slist_append(nil, accepted) else { throw noMemory }
        guard let curl = unsafe curl_easy_init() else {
            unsafe curl_slist_free_all(headers)
            throw noMemory
        }
        guard unsafe Self.configure(curl, url, fetcher, headers) && reception.attach(to: curl) else {
            unsafe curl_easy_cleanup(curl)
            unsafe curl_slist_free_all(headers)
            throw noMemory
        }
        unsafe self.curl = curl
        unsafe self.headers = headers
        self.reception = reception
    }

    // SAFETY: both are this value's own, and given back once; the list after the handle that uses it.
    deinit {
        unsafe curl_easy_cleanup(curl)
        unsafe curl_slist_free_all(headers)
    }

    /// Runs it, and waits until it has ended.
    func perform() -> CURLcode {
        // SAFETY: the handle is this value's own; what it asks lives as long (invariant).
        unsafe curl_easy_perform(curl)
    }

    /// The status of the answer.
    var status: Int {
        var status = 0
        // SAFETY: the handle is this value's own; the number is a local.
        unsafe ringfort_curl_get_number(curl, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// The answer's media type, without parameters; empty where it has none. It may be the host's invention, and is cut.
    var mediaType: String {
        var text: UnsafePointer<CChar>?
        // SAFETY: the text is the handle's, terminated, and copied at once.
        unsafe ringfort_curl_get_text(curl, CURLINFO_CONTENT_TYPE, &text)
        guard let text = unsafe text else { return "" }
        let type = unsafe String(cString: text).prefix(128).prefix { $0 != ";" }
        return String(type.reversed().drop { $0 == " " }.reversed())
    }

    @unsafe
    private static func configure(
        _ curl: UnsafeMutableRawPointer, _ url: HTTPSURL, _ fetcher: HTTPSFetcher,
        _ headers: UnsafeMutablePointer<curl_slist>
    ) -> Bool {
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_SSL_VERIFYPEER, 1),
            (CURLOPT_SSL_VERIFYHOST, 2),
            (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            (CURLOPT_FOLLOWLOCATION, 0),
            (CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
            (CURLOPT_CONNECTTIMEOUT_MS, fetcher.connectTimeoutMilliseconds),
            (CURLOPT_TIMEOUT_MS, fetcher.timeoutMilliseconds),
            // The handlers of signals are the process's own.
            (CURLOPT_NOSIGNAL, 1),
            // A name server that doesn't answer is left behind, too.
            (CURLOPT_QUICK_EXIT, 1),
        ]
        var texts: [(CURLoption, String?)] = [
            (CURLOPT_URL, url.text),
            (CURLOPT_PROTOCOLS_STR, "https"),
            // Not nil: that would take one from the environment.
            (CURLOPT_PROXY, ""),
            (CURLOPT_USERAGENT, "ringfort"),
        ]
        if let path = fetcher.authorityPath { texts += [(CURLOPT_CAINFO, path), (CURLOPT_CAPATH, nil)] }
        // SAFETY: libcurl copies the texts; the list lives as long as the handle.
        return unsafe numbers.allSatisfy { unsafe ringfort_curl_set_number(curl, $0.0, $0.1) == CURLE_OK }
            && texts.allSatisfy { unsafe ringfort_curl_set_text(curl, $0.0, $0.1) == CURLE_OK }
            && ringfort_curl_set_headers(curl, headers) == CURLE_OK
    }
}
