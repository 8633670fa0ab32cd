extension Command {
    var help: String {
        var text = "\(summary).\n\nUsage: ringfort \(name)\(usage)\n"
        for paragraph in details { text += "\n" + HelpText.paragraph(paragraph, indentation: 0) }
        if let operand {
            text += "\n  \(operand.placeholder)\n" + HelpText.paragraph(operand.help, indentation: 6)
        }
        text += "\nOptions:\n"
        for option in options {
            text += "  --\(option.name)\(option.placeholder.map { " \($0)" } ?? "")\n"
            text += HelpText.paragraph(description(of: option), indentation: 6)
        }
        text += "  -h, --help\n" + HelpText.paragraph("Show this help.", indentation: 6)
        text += "\nExamples:\n"
        for example in examples {
            text += "  \(example.line)\n" + HelpText.paragraph(example.meaning, indentation: 6)
        }
        return text
    }

    private var usage: String {
        let required = options.filter(\.isRequired).map { " --\($0.name) \($0.placeholder ?? "")" }.joined()
        return (operand.map { " \($0.placeholder)" } ?? "") + required + " [options]"
    }

    private func description(of option: CommandOption<Options>) -> String {
        if option.isRequired { return "\(option.help) Required." }
        return option.defaultText(defaults).map { "\(option.help) Default: \($0)" } ?? option.help
    }
}

/// Text for a terminal of 80 columns.
enum HelpText {
    /// The text's words in lines, all of them indented.
    static func paragraph(_ text: String, indentation: Int) -> String {
        let indent = String(repeating: " ", count: indentation)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty && indentation + line.count + 1 + word.count > columns {
                lines.append(indent + line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        lines.append(indent + line)
        return lines.joined(separator: "\n") + "\n"
    }

    private static let columns = 79
}
