import Bytes
import JSON
import Tokens

/// Whether a token is valid, and what it says or why it is not.
struct TokenVerdict {
    private let result: Result<Proof, TokenError>
    /// What the clock says to its times; only of a token that a key of ours has made.
    private let times: [InspectedTime]

    /// What was proven.
    private struct Proof {
        let keyID: KeyID?
        let algorithm: Algorithm
        let claims: InspectedDocument?
    }

    init(
        _ token: [UInt8], keyring: Keyring, policy: borrowing ClaimsPolicy, scopes: ScopeTable,
        nowUnixSeconds now: Int64
    ) {
        let inspection = TokenInspector.inspect(token, nowUnixSeconds: now)
        result = Self.verify(token, keyring: keyring, policy: policy, scopes: scopes, now)
        switch result {
        case .success(let proof):
            var proven = TokenInspection(byteCount: token.count)
            proven.kind = inspection.kind
            proven.claims = proof.claims
            ClaimsInspector.inspect(&proven, nowUnixSeconds: now)
            times = proven.times
        case .failure(let error): times = error.isAboutTime ? inspection.times : []
        }
    }

    private static func verify(
        _ token: [UInt8], keyring: Keyring, policy: borrowing ClaimsPolicy, scopes: ScopeTable, _ now: Int64
    ) -> Result<Proof, TokenError> {
        var verifier = TokenVerifier()
        do throws(TokenError) {
            let claims = try verifier.verify(
                token.span.raw, keyring: keyring, policy: policy, scopes: scopes, nowUnixSeconds: now)
            var problems: [String] = []
            return .success(
                Proof(
                    keyID: keyring.keyID(of: claims.table), algorithm: claims.algorithm,
                    claims: InspectedDocument.read(claims.payload.array, name: "claims", problems: &problems)))
        } catch {
            return .failure(error)
        }
    }

    /// The verdict for a terminal.
    var words: CommandOutcome {
        switch result {
        case .success(let proof):
            let key = proof.keyID.map { TerminalText.escaped($0.text) } ?? "of no name"
            return CommandOutcome(
                standardOutput: "VALID: made with the key \(key) (\(proof.algorithm)).\n"
                    + TokenInspection.section("Claims", proof.claims, times: times))
        case .failure(let error):
            let time = times.first { $0.claim == error.claim }
            let detail = time.map { " (\($0.claim): \($0.meaning))" } ?? ""
            return CommandOutcome(
                standardError: "INVALID: \(error.sentence)\(detail). [\(error.name)]\n", status: ExitStatus.no)
        }
    }

    /// The verdict for a script.
    var json: CommandOutcome {
        switch result {
        case .success(let proof):
            let text = JSONOutput.object { writer, buffer in
                writer.append("valid", bool: true, into: &buffer)
                writer.append("kid", text: proof.keyID?.text, into: &buffer)
                writer.append("algorithm", string: proof.algorithm.name, into: &buffer)
                writer.append("claims", json: proof.claims?.json, into: &buffer)
                times.append("times", to: &writer, into: &buffer)
            }
            return CommandOutcome(standardOutput: text)
        case .failure(let error):
            let text = JSONOutput.object { writer, buffer in
                writer.append("valid", bool: false, into: &buffer)
                writer.append("reason", string: error.name, into: &buffer)
                writer.append("explanation", text: error.sentence, into: &buffer)
                times.append("times", to: &writer, into: &buffer)
            }
            return CommandOutcome(standardOutput: text, status: ExitStatus.no)
        }
    }
}
