/// What can be fuzzed, by the name that `scripts/fuzz` takes.
enum FuzzTarget: String, CaseIterable {
    /// Heads of requests, as they come from the wire.
    case head
    /// Bodies in chunks, and bodies of a known length.
    case body
    /// Targets of requests, and the canonical form of their paths.
    case path
    /// JSON documents.
    case json
    /// JSON schemas, each with a document.
    case schema
    /// JWTs, and headers and claims of JWTs under a good code.
    case jwt
    /// PASETOs, and claims and footers of PASETOs under a good code.
    case paseto
    /// Sets of JSON Web Keys.
    case jwk
    /// Keys as PASERK text.
    case paserk
    /// Text in base64url, and bytes that are written so.
    case base64url
    /// What comes from the wire to a session of TLS that has just begun.
    case tls
    /// YAML documents.
    case yaml
    /// No code of ours, but a fault: it must be found, or the fuzzer works as little as its silence shows.
    case planted

    /// What libFuzzer calls with each input. A C function can't carry a target with it, so each has its own.
    var callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt {
        // SAFETY: libFuzzer's pointer and count go on as they came.
        switch self {
        case .head: { unsafe withInput($0, $1, fuzzHead) }
        case .body: { unsafe withInput($0, $1, fuzzBody) }
        case .path: { unsafe withInput($0, $1, fuzzPath) }
        case .json: { unsafe withInput($0, $1, fuzzJSON) }
        case .schema: { unsafe withInput($0, $1, fuzzSchema) }
        case .jwt: { unsafe withInput($0, $1, fuzzJWT) }
        case .paseto: { unsafe withInput($0, $1, fuzzPASETO) }
        case .jwk: { unsafe withInput($0, $1, fuzzJWK) }
        case .paserk: { unsafe withInput($0, $1, fuzzPASERK) }
        case .base64url: { unsafe withInput($0, $1, fuzzBase64URL) }
        case .tls: { unsafe withInput($0, $1, fuzzTLS) }
        case .yaml: { unsafe withInput($0, $1, fuzzYAML) }
        case .planted: { unsafe withInput($0, $1, fuzzPlanted) }
        }
    }
}

/// Hands an input of libFuzzer to `check`, and says that it belongs into the corpus if it reached anything new.
private func withInput(_ start: UnsafePointer<UInt8>?, _ byteCount: Int, _ check: (RawSpan) -> Void) -> CInt {
    // SAFETY: libFuzzer gives `byteCount` bytes that nobody changes before the callback returns; `check` can't keep
    // the span.
    unsafe check(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: start, count: byteCount)))
    return 0
}
