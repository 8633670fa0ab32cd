import Bytes
import JSON
import YAML

/// Something in a configuration that can't be honoured: where it stands, what is wrong, what to do.
struct ConfigurationFault: Equatable, Sendable {
    /// The file, or the variable of the environment.
    let source: String
    var position: YAMLPosition?
    /// The place in the file's document, as a JSON pointer; nil when the fault is in no value.
    var pointer: String?
    let message: String
}

extension ConfigurationFault {
    /// The JSON pointer to what keys lead to, one inside the other (RFC 6901).
    static func pointer(to keys: [String]) -> String {
        keys.map { key in
            "/"
                + key.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
                .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
        }.joined()
    }
}

extension ConfigurationFault: CustomStringConvertible {
    /// `ringfort.yaml:3:5: /limits/connections: …`.
    var description: String {
        let place = position.map { "\(source):\($0.line):\($0.column)" } ?? source
        return [place, pointer ?? "", message].filter { !$0.isEmpty }.joined(separator: ": ")
    }

    func append(_ object: inout JSONObjectWriter, into buffer: inout ByteBuffer) {
        object.append("source", text: source, into: &buffer)
        if let position {
            object.append("line", integer: Int64(position.line), into: &buffer)
            object.append("column", integer: Int64(position.column), into: &buffer)
        }
        if let pointer { object.append("pointer", text: pointer, into: &buffer) }
        object.append("message", text: message, into: &buffer)
    }
}

/// All that is wrong with a configuration.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    let faults: [ConfigurationFault]

    /// A line for each fault.
    var description: String { faults.map(\.description).joined(separator: "\n") }
}
