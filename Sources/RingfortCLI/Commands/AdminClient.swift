import Bytes
import Glibc
import JSON
import Reactor

/// Asks a running server about itself.
enum AdminClient {
    /// An answer.
    struct Answer: Equatable {
        let status: Int
        let body: String

        /// Why the server did not do what it was asked: its own words where it has some.
        var failure: AdminFailure {
            switch status {
            case 401, 403: .notAllowed(status)
            default: .refused(reason ?? "it answered with the status \(status)")
            }
        }

        private var reason: String? {
            var tape = JSONTape(nodes: 64)
            do throws(JSONError) {
                let document = try tape.parse(body.utf8.span.raw)
                guard let text = document.member("reason")?.asString else { return nil }
                var buffer = ByteBuffer(capacity: 256)
                text.append(to: &buffer)
                return String(buffer.bytes)
            } catch {
                return nil
            }
        }
    }

    /// Sends one request, and waits for its answer. Nil when no server listens there. What it sends is not encrypted, so that
    /// it leaves this machine nowhere.
    static func ask(
        _ target: AdminTarget, _ method: String, _ path: String, json: String? = nil
    ) throws(AdminFailure) -> Answer? {
        guard let address = target.address else { return nil }
        guard address.isLoopback else { throw .otherMachine(address) }
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if let token = target.token {
            head += "Authorization: Bearer \(String(decoding: TokenInput.bytes(token), as: UTF8.self))\r\n"
        }
        if let json { head += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n" }
        do throws(ReactorError) {
            let socket = try ClientSocket(address, patienceSeconds: patienceSeconds)
            return answer(try socket.exchange(Array((head + "\r\n" + (json ?? "")).utf8)))
        } catch {
            if case .failed(_, ENOENT) = error { return nil }
            if case .failed(_, ECONNREFUSED) = error { return nil }
            throw .connection(error)
        }
    }

    /// Cuts head and body of an answer apart; what is no answer counts as none that helps.
    private static func answer(_ bytes: [UInt8]) -> Answer {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let words = text.prefix { $0 != "\r\n" }.split(separator: " ")
        let status = words.count > 1 && words[0] == "HTTP/1.1" ? Int(words[1]) ?? 0 : 0
        return Answer(status: status, body: parts.count == 2 ? String(parts[1]) : "")
    }

    /// A reload measures what verifications cost, and may wait for a shard.
    private static let patienceSeconds = 30
}

/// Why a running server was not asked, or did not do what it was asked.
enum AdminFailure: Error, CustomStringConvertible {
    /// Nobody listens there.
    case noServer(AdminTarget)
    /// It is reached over a network, where all could read what is sent, a token among it.
    case otherMachine(ListenAddress)
    case connection(ReactorError)
    case notAllowed(Int)
    case refused(String)

    var status: Int32 {
        switch self {
        case .noServer, .otherMachine: ExitStatus.configuration
        case .connection, .notAllowed, .refused: ExitStatus.failure
        }
    }

    var description: String {
        switch self {
        case .noServer(let target):
            "no server listens at \(target.address.map(\.description) ?? "off"): start one, or name its place with --data or "
                + "--admin"
        case .otherMachine(let address):
            "\(address) isn't on this machine, and nothing would be encrypted on the way: run the command there, or ask over HTTPS "
                + "with another client"
        case .connection(let error): "\(error)"
        case .notAllowed(401): "the server asks for a token: give one with --token that grants ringfort:admin"
        case .notAllowed: "the token doesn't grant ringfort:admin"
        case .refused(let reason): "\(reason)"
        }
    }
}
