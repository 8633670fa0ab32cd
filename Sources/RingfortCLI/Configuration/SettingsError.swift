import Ringfort

/// Why settings that are each in their range make no configuration.
enum SettingsError: Error, CustomStringConvertible {
    case rate(RateError)
    case http(HTTPLimitsError)

    var description: String {
        switch self {
        case .rate(let error): "a limit can't be honoured (\(error))"
        case .http(let error): "a limit of requests can't be honoured (\(error))"
        }
    }
}
