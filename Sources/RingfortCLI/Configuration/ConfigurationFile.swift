import Bytes
import JSON
import JSONSchema
import Ringfort
import YAML

/// A configuration file: read, held to its schema, and put into settings.
enum ConfigurationFile {
    /// Sets what the file says, and gives all that is wrong with it.
    static func apply(_ path: String, to settings: inout Settings) -> [ConfigurationFault] {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try BoundedFile.read(path, mostBytes: limits.documentBytes)
        } catch {
            return [ConfigurationFault(source: path, message: error.reason)]
        }
        do throws(YAMLError) {
            let document = try YAMLNode(parsing: bytes.span.raw, limits: limits)
            return apply(document, from: path, to: &settings)
        } catch {
            return [ConfigurationFault(source: path, position: error.position, message: "\(error.reason)")]
        }
    }

    private static func apply(
        _ document: YAMLNode, from path: String, to settings: inout Settings
    ) -> [ConfigurationFault] {
        let violations = violations(of: document)
        var faults = violations.map { violation in
            let keys = violation.keys
            return ConfigurationFault(
                source: path, position: document.position(at: keys), pointer: violation.pointer,
                message: violation.message(in: document))
        }
        // What the schema can't say, a setting's own parser does. Where both would, once is enough.
        for setting in Settings.table where !violations.contains(where: { $0.keys.starts(with: setting.keys) }) {
            guard let node = document.value(at: setting.keys) else { continue }
            faults += setting.take(node, &settings).map { fault in
                let keys = setting.keys + fault.keys
                return ConfigurationFault(
                    source: path, position: document.position(at: keys), pointer: ConfigurationFault.pointer(to: keys),
                    message: fault.message)
            }
        }
        faults.sort {
            ($0.position?.line ?? 0, $0.position?.column ?? 0) < ($1.position?.line ?? 0, $1.position?.column ?? 0)
        }
        return Array(faults.prefix(mostFaults))
    }

    /// What breaks the schema.
    private static func violations(of document: YAMLNode) -> [ConfigurationViolation] {
        var text = ByteBuffer(capacity: 4_096)
        text.append(json: document)
        var tape = JSONTape()
        do {
            let schema = try Schema(compiling: Array(ConfigurationSchema.text.utf8).span.raw)
            // The file's own length bounds the text: it is a few times as long, since JSON has quotes and null.
            let limits = JSONLimits(depth: 64, membersInObject: .max, nodes: .max, documentBytes: .max)
            let json = try tape.parse(text.bytes, limits: limits)
            var validator = SchemaValidator()
            _ = validator.validate(json, against: schema)
            return (0..<validator.violationCount).map { ConfigurationViolation(validator.violation($0)) }
        } catch {
            // Both texts were written here: a test compiles the one, and whatever YAML gave is JSON.
            preconditionFailure("\(error)")
        }
    }

    /// The limits of a file.
    static let limits = YAMLLimits()
    /// More help nobody at once.
    private static let mostFaults = 16
}
