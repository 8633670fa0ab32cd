import Bytes
import JSON
import JSONSchema

/// The JSON Schema of a configuration file, made from the table of settings: for editors, and to validate by.
enum ConfigurationSchema {
    /// The schema's text, as it stands in `schemas/ringfort.schema.json`.
    static let text: String = {
        let properties =
            Settings.table.filter { $0.keys.count == 1 }.map { property($0, indentation: 4) }
            + Settings.groups.map(group)
        return """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "title": "Configuration of ringfort serve",
              "description": "What is left out has its default. docs/configuration.md explains every setting.",
              "type": ["object", "null"],
              "additionalProperties": false,
              "properties": {
            \(properties.joined(separator: ",\n"))
              }
            }

            """
    }()

    private static func group(_ name: String, _ title: String) -> String {
        let properties = Settings.table.filter { $0.keys.first == name && $0.keys.count == 2 }
        return """
                "\(name)": {
                  "title": \(title.inQuotes),
                  "type": ["object", "null"],
                  "additionalProperties": false,
                  "properties": {
            \(properties.map { property($0, indentation: 8) }.joined(separator: ",\n"))
                  }
                }
            """
    }

    private static func property(_ setting: Setting, indentation: Int) -> String {
        let indent = String(repeating: " ", count: indentation)
        let schema = setting.form.schema(indent, description: setting.help, defaultValue: setting.defaultValue)
        return "\(indent)\"\(setting.keys.last ?? "")\": \(schema)"
    }
}
