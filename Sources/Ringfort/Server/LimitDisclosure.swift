/// Which answers say how their client stands with his limit, in the fields `RateLimit-Policy` and `RateLimit`
/// (draft-ietf-httpapi-ratelimit-headers-10).
public enum LimitDisclosure: String, CaseIterable, Sendable, BitwiseCopyable {
    /// Those of requests that a limit refused.
    case refusals
    /// All that a limit was asked for: of several limits, the one that was asked last, which is the narrowest.
    case all
}
