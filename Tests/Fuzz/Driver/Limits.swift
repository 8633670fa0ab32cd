import HTTPWire

extension HTTPLimits {
    /// Limits that small inputs run into.
    static let tight = made {
        () throws(HTTPLimitsError) in
        try HTTPLimits(
            headBytes: 160, headerBytes: 40, targetBytes: 24, headers: 4, bodyBytes: 40, chunkMetadataBytes: 16)
    }

    /// Limits that only what must be refused for its form runs into.
    static let wide = made {
        () throws(HTTPLimitsError) in
        try HTTPLimits(
            headBytes: 65_535, headerBytes: 65_535, targetBytes: 65_535, headers: 1_000, bodyBytes: .max,
            chunkMetadataBytes: 65_535)
    }

    private static func made(_ limits: () throws(HTTPLimitsError) -> HTTPLimits) -> HTTPLimits {
        do throws(HTTPLimitsError) { return try limits() } catch { fail("the fuzzer's limits can be had") }
    }
}
