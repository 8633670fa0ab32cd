/// The keywords of draft 2020-12 that can be broken.
public enum SchemaKeyword: String, BitwiseCopyable, Sendable, CaseIterable {
    case additionalProperties, allOf, anyOf, const, contains, dependentRequired, dependentSchemas
    case elseBranch = "else"
    case enumeration = "enum"
    case exclusiveMaximum, exclusiveMinimum, format
    case ifCondition = "if"
    case items, maxContains, maxItems, maxLength, maxProperties, maximum, minContains, minItems, minLength
    case minProperties, minimum, multipleOf, not, oneOf, pattern, patternProperties, prefixItems, properties
    case propertyNames
    case reference = "$ref"
    case dynamicReference = "$dynamicRef"
    case required
    case thenBranch = "then"
    case type, unevaluatedItems, unevaluatedProperties, uniqueItems
    /// Not the draft's: the document takes more steps, or goes deeper, than `SchemaOptions` and this module allow.
    case limit = "x-limit"
}
