/// One member of a mapping in a configuration file, as the schema and the reference describe it.
struct FileMember: Equatable, Sendable {
    let key: String
    let form: FileForm
    let isRequired: Bool
    let help: String
}
