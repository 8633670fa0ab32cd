import Bytes
import Ringfort
import Tokens

/// The registered claims (RFC 7519 section 4.1), against the clock.
enum ClaimsInspector {
    static func inspect(_ inspection: inout TokenInspection, nowUnixSeconds now: Int64) {
        guard let claims = inspection.claims else { return }
        let datesAreText = inspection.kind.hasPrefix("PASETO")
        for name in ["exp", "nbf", "iat"] {
            guard let member = claims[name] else { continue }
            guard let seconds = datesAreText ? textualDate(member) : member.unixSeconds else {
                inspection.complain("claims: \(name) is no \(datesAreText ? "date as RFC 3339 has them" : "number")")
                continue
            }
            let moment = Moment(unixSeconds: seconds)
            inspection.times.append(
                InspectedTime(claim: name, moment: moment, words: moment.words(nowUnixSeconds: now)))
        }
        inspectTimes(claims, &inspection, now)
        inspectTexts(claims, &inspection)
    }

    private static func textualDate(_ member: InspectedDocument.Member) -> Int64? {
        guard let text = member.text else { return nil }
        return RFC3339.unixSeconds(Array(text.utf8).span.raw)
    }

    private static func inspectTimes(
        _ claims: InspectedDocument, _ inspection: inout TokenInspection, _ now: Int64
    ) {
        if claims["exp"] == nil { inspection.complain("claims: exp is missing, so that the token would live for ever") }
        for time in inspection.times {
            let ahead = time.moment.unixSeconds > now
            switch time.claim {
            case "exp" where !ahead:
                let words = time.moment.unixSeconds == now ? "just now" : time.words
                inspection.complain("expired \(words)")
            case "exp" where time.moment.unixSeconds - now > longestLifetimeSeconds:
                inspection.complain(
                    "expires \(time.words), later than a server takes unless its --max-token-lifetime says so")
            case "nbf" where ahead: inspection.complain("not valid yet: valid \(time.words)")
            case "iat" where ahead: inspection.complain("issued in the future: \(time.words)")
            default: break
            }
        }
    }

    private static func inspectTexts(_ claims: InspectedDocument, _ inspection: inout TokenInspection) {
        switch claims["sub"] {
        case nil: inspection.complain("claims: sub is missing: nobody is named")
        case let member?: if member.text == nil { inspection.complain("claims: sub is no text") }
        }
        for name in ["iss", "scope"] {
            if let member = claims[name], member.text == nil { inspection.complain("claims: \(name) is no text") }
        }
    }

    /// As a server has it unless told otherwise.
    private static let longestLifetimeSeconds: Int64 = 86_400
}
