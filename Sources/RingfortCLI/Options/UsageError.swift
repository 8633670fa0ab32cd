/// What is wrong with a command line.
enum UsageError: Error, Equatable {
    case unknownCommand(String, nearest: String?)
    case unknownOption(String, nearest: String?)
    case missingValue(option: String, placeholder: String)
    case invalidValue(option: String, value: String, wanted: String)
    case unexpectedValue(option: String)
    case repeatedOption(String)
    case missingOption(String, placeholder: String)
    case unexpectedArgument(String)
    case missingOperand(String)
    case invalidOperand(String, value: String, wanted: String)
}

extension UsageError: CustomStringConvertible {
    /// The error in a sentence that names what is at fault, and says what would be right.
    var description: String {
        switch self {
        case .unknownCommand(let name, let nearest):
            "there is no command '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .unknownOption(let name, let nearest):
            "there is no option '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .missingValue(let option, let placeholder):
            "'--\(option)' needs a value: --\(option) \(placeholder)"
        case .invalidValue(let option, let value, let wanted):
            "'--\(option)': '\(value)' is not \(wanted)"
        case .unexpectedValue(let option):
            "'--\(option)' takes no value"
        case .repeatedOption(let name):
            "'--\(name)' is given twice"
        case .missingOption(let name, let placeholder):
            "'--\(name) \(placeholder)' is missing"
        case .unexpectedArgument(let argument):
            "'\(argument)' is neither an option nor the value of one"
        case .missingOperand(let placeholder):
            "\(placeholder) is missing"
        case .invalidOperand(let placeholder, let value, let wanted):
            "\(placeholder): '\(value)' is not \(wanted)"
        }
    }
}
