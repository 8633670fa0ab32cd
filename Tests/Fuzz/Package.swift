// swift-tools-version: 6.2
import PackageDescription

// A package of its own, since everything in it is built with the fuzzer's instrumentation: scripts/fuzz does. The
// modules under test are the project's, by way of the links `Sources` and `TLSSupport`; only those that a target needs are here.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Coverage feedback, in code that is optimised but still asserts. Both sanitizers stand in one flag: of several, the
/// compiler obeys the last alone, so that `swift build --sanitize=address` beside this would fuzz without AddressSanitizer
/// or not at all.
let fuzzed = strict + [.unsafeFlags(["-sanitize=address,fuzzer", "-assert-config", "Debug"])]

let package = Package(
    name: "ringfort-fuzz",
    targets: [
        .target(name: "Bytes", swiftSettings: fuzzed),
        .target(name: "HTTPWire", dependencies: ["Bytes"], swiftSettings: fuzzed),
        .target(name: "JSON", dependencies: ["Bytes"], swiftSettings: fuzzed),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "JSONSchema", dependencies: ["Bytes", "CRE2", "JSON"], swiftSettings: fuzzed),
        .systemLibrary(name: "COpenSSL"),
        .systemLibrary(name: "CSodium"),
        // The driver makes tokens whose claims and headers no issuer would write: it needs the module's own signers. One
        // pass of Swift 6.3's optimiser crashes over the instrumented module, and is left out.
        .target(
            name: "Tokens",
            dependencies: ["Bytes", "JSON", "COpenSSL", "CSodium"],
            swiftSettings: fuzzed + [.unsafeFlags(["-enable-testing", "-Xllvm", "-sil-disable-pass=copy-propagation"])]
        ),
        .target(name: "TLSEngine", dependencies: ["Bytes", "COpenSSL"], swiftSettings: fuzzed),
        .target(
            name: "TLSSupport", dependencies: ["COpenSSL", "TLSEngine"], path: "TLSSupport", swiftSettings: strict),
        .systemLibrary(name: "CYAML"),
        .target(name: "YAML", dependencies: ["Bytes", "CYAML", "JSON"], swiftSettings: fuzzed),
        .systemLibrary(name: "CLibFuzzer", path: "CLibFuzzer"),
        .executableTarget(
            name: "ringfort-fuzz",
            dependencies: [
                "Bytes", "CLibFuzzer", "HTTPWire", "JSON", "JSONSchema", "TLSEngine", "TLSSupport", "Tokens", "YAML",
            ],
            path: "Driver",
            swiftSettings: fuzzed,
            // The gold linker fails over the two sanitizers together.
            linkerSettings: [.unsafeFlags(["-sanitize=address,fuzzer", "-use-ld=lld"])]
        ),
    ]
)
