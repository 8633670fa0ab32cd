import Ringfort

/// A limit with a name.
struct LimitPolicy: Sendable, Equatable {
    enum Subject: String, CaseIterable, Sendable {
        case principal
        case address
    }

    var subject = Subject.principal
    var rate: UInt32 = 0
    var seconds: UInt32 = 1
    var burst: UInt32 = 0

    var limit: RateLimit {
        switch subject {
        case .principal: .perPrincipal(rate: rate, burst: burst, everySeconds: seconds)
        case .address: .perAddress(rate: rate, burst: burst, everySeconds: seconds)
        }
    }

    static let reader = ValueReader.record(
        LimitPolicy(),
        [
            Member(
                "by", \.subject, .oneOf { $0.rawValue }, help: "Whose requests are counted; principals, unless set."),
            Member("rate", \.rate, .wholeNumber(1...RequestLimit.most), isRequired: true, help: "How many requests,"),
            Member(
                "per_seconds", \.seconds, .wholeNumber(1...RequestLimit.most),
                help: "in how many seconds; one, unless set,"),
            Member(
                "burst", \.burst, .wholeNumber(1...RequestLimit.most), isRequired: true, help: "and how many at once."),
        ]
    ) { policy in
        guard RequestLimit(requests: policy.rate, everySeconds: policy.seconds, burst: policy.burst) == nil else {
            return nil
        }
        return ValueFault(message: "a bucket must refill within a day: raise the rate, or lower the burst")
    }
}
