import Glibc
import Ringfort

/// `ringfort openapi`.
enum OpenAPICommand {
    struct Options: SettingOptions {
        var given = GivenSettings()
    }

    static let command = Command(
        name: "openapi", summary: "Print what the API is, in OpenAPI 3.1",
        details: GivenSettings.details + [
            "What a server with the same settings serves at /openapi.json: paths, parameters, bodies, scopes and problems."
        ],
        options: CommandOption.settings,
        examples: [
            CommandExample(
                line: "ringfort openapi >openapi.json", meaning: "Write the description of the API into a file.")
        ], defaults: Options()
    ) { options in
        run(options, environment: ProcessEnvironment.variables(prefix: Setting.variablePrefix))
    }

    static func run(_ options: Options, environment: [String: String]) -> CommandOutcome {
        do throws(ConfigurationError) {
            let settings = try options.given.settings(environment: environment)
            return CommandOutcome(standardOutput: try document(settings) + "\n")
        } catch {
            return CommandOutcome(
                standardError: "ringfort openapi: \(TerminalText.escaped("\(error)"))\n",
                status: ExitStatus.configuration)
        }
    }

    private static func document(_ settings: Settings) throws(ConfigurationError) -> String {
        let api = SampleAPI.routes { preconditionFailure("what is only described handles no request") }
        do {
            return try api.openAPI(settings.configuration(Keyring(), cores: 1))
        } catch {
            throw ConfigurationError(faults: [ConfigurationFault(source: "settings", message: "\(error)")])
        }
    }
}
