internal import CCurl

/// A URL that may be fetched: `https`, with a host and without user name, password and fragment.
///
/// It is read by libcurl's own parser, so that what was checked is what is fetched.
package struct HTTPSURL: Sendable, Equatable {
    /// The URL as it was given.
    package let text: String

    /// The longest one, in bytes.
    package static let mostBytes = 2_048

    /// Nil when `text` is no such URL.
    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
        // libcurl takes one slash or three for two.
        let hasHost = text.lowercased().hasPrefix("https://") && !text.dropFirst(8).hasPrefix("/")
        guard isPlain, hasHost, text.utf8.count <= Self.mostBytes, Self.isAllowed(text) else { return nil }
        self.text = text
    }

    private static func isAllowed(_ text: String) -> Bool {
        // SAFETY: the handle is made here and freed once; the text is terminated, and copied during the call.
        guard let url = unsafe curl_url() else { return false }
        defer { unsafe curl_url_cleanup(url) }
        guard unsafe curl_url_set(url, CURLUPART_URL, text, UInt32(CURLU_DISALLOW_USER)) == CURLUE_OK else {
            return false
        }
        return unsafe part(CURLUPART_HOST, of: url)?.isEmpty == false && part(CURLUPART_FRAGMENT, of: url) == nil
    }

    @unsafe
    private static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        // SAFETY: libcurl leaves a terminated text of its own, which is copied and given back here.
        guard unsafe curl_url_get(url, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}
