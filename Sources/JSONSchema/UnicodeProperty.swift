/// The properties of `\p{…}` that RE2 knows: general categories and scripts (ECMA-262, tables 67 to 70).
enum UnicodeProperty {
    /// RE2's name for a property: a lone value, or a property and its value. Nil for what RE2 does not have.
    static func re2Name(_ parts: [String]) -> String? {
        guard let value = parts.last else { return nil }
        guard parts.count == 2, let property = parts.first else { return category(value) }
        switch property {
        case "General_Category", "gc": return category(value)
        // RE2 knows scripts by their long names, and finds out itself whether there is such a one.
        case "Script", "sc": return value
        default: return nil
        }
    }

    private static func category(_ value: String) -> String? {
        let short = categories[value] ?? value
        return shortNames.contains(short) ? short : nil
    }

    private static let shortNames: Set<String> = [
        "C", "Cc", "Cf", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No",
        "P",
        "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs",
    ]

    private static let categories = [
        "Other": "C", "Control": "Cc", "cntrl": "Cc", "Format": "Cf", "Private_Use": "Co", "Surrogate": "Cs",
        "Letter": "L", "Lowercase_Letter": "Ll", "Modifier_Letter": "Lm", "Other_Letter": "Lo",
        "Titlecase_Letter": "Lt", "Uppercase_Letter": "Lu", "Mark": "M", "Combining_Mark": "M", "Spacing_Mark": "Mc",
        "Enclosing_Mark": "Me", "Nonspacing_Mark": "Mn", "Number": "N", "Decimal_Number": "Nd", "digit": "Nd",
        "Letter_Number": "Nl", "Other_Number": "No", "Punctuation": "P", "punct": "P", "Connector_Punctuation": "Pc",
        "Dash_Punctuation": "Pd", "Close_Punctuation": "Pe", "Final_Punctuation": "Pf", "Initial_Punctuation": "Pi",
        "Other_Punctuation": "Po", "Open_Punctuation": "Ps", "Symbol": "S", "Currency_Symbol": "Sc",
        "Modifier_Symbol": "Sk", "Math_Symbol": "Sm", "Other_Symbol": "So", "Separator": "Z", "Line_Separator": "Zl",
        "Paragraph_Separator": "Zp", "Space_Separator": "Zs",
    ]
}
