// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A test target sees its subject, the fixtures and whatever else it names.
func tests(_ subject: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(subject)Tests",
        dependencies: [.target(name: subject), "TestSupport"] + dependencies,
        swiftSettings: strict
    )
}

let package = Package(
    name: "ringfort",
    products: [
        .library(name: "Ringfort", targets: ["Ringfort"]),
        .library(name: "RingfortTesting", targets: ["RingfortTesting"]),
        .executable(name: "ringfort", targets: ["RingfortCLI"]),
    ],
    targets: [
        // Foreign code: module maps and shims, no logic.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLiburing", providers: [.apt(["liburing-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CYAML", providers: [.apt(["libyaml-dev"])]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        // Leaves. None of them does I/O, but to files (keys, revocations, certificates, the database), and KeyFetching.
        .target(name: "Bytes", swiftSettings: strict),
        .target(name: "HTTPWire", dependencies: ["Bytes"], swiftSettings: strict),
        .target(name: "JSON", dependencies: ["Bytes"], swiftSettings: strict),
        .target(name: "JSONSchema", dependencies: ["Bytes", "CRE2", "JSON"], swiftSettings: strict),
        .target(name: "KeyFetching", dependencies: ["CCurl"], swiftSettings: strict),
        .target(name: "RateLimiting", dependencies: ["Bytes", "CSodium"], swiftSettings: strict),
        .target(name: "SQLite", dependencies: ["Bytes", "CSQLite"], swiftSettings: strict),
        .target(name: "Identity", dependencies: ["Bytes", "CSodium", "SQLite"], swiftSettings: strict),
        .target(
            name: "Tokens",
            dependencies: ["Bytes", "JSON", "COpenSSL", "CSodium"],
            swiftSettings: strict
        ),
        .target(name: "YAML", dependencies: ["Bytes", "CYAML", "JSON"], swiftSettings: strict),
        .target(name: "TokenCache", dependencies: ["Bytes", "CSodium", "Tokens"], swiftSettings: strict),

        .target(name: "TLSEngine", dependencies: ["Bytes", "COpenSSL"], swiftSettings: strict),

        // The engine.
        .target(name: "Ring", dependencies: ["Bytes", "CLinux", "CLiburing"], swiftSettings: strict),
        .target(name: "Reactor", dependencies: ["Bytes", "CLinux", "Ring"], swiftSettings: strict),

        // The product.
        .target(
            name: "Ringfort",
            dependencies: [
                "Bytes", "CLinux", "HTTPWire", "Identity", "JSON", "JSONSchema", "KeyFetching", "RateLimiting",
                "Reactor", "SQLite", "TLSEngine", "TokenCache", "Tokens",
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "RingfortCLI",
            dependencies: [
                "Bytes", "CLinux", "Identity", "JSON", "JSONSchema", "Reactor", "Ringfort", "SQLite", "Tokens", "YAML",
            ],
            swiftSettings: strict
        ),

        // For tests: the project's own and those of an API built on it.
        .target(name: "SeededRandom", swiftSettings: strict),
        .target(
            name: "SimulatedNetwork",
            dependencies: ["Bytes", "Reactor", "Ring", "SeededRandom"],
            swiftSettings: strict
        ),
        .target(
            name: "RingfortTesting",
            dependencies: [
                "Bytes", "HTTPWire", "Identity", "JSON", "Reactor", "Ringfort", "SimulatedNetwork", "Tokens",
            ],
            swiftSettings: strict
        ),

        // What the project says of itself in numbers.
        .target(name: "Statistics", path: "Benchmarks/Statistics", swiftSettings: strict),
        .executableTarget(
            name: "ringfort-floor",
            dependencies: ["CLinux", "CLiburing"],
            path: "Benchmarks/Floor",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ringfort-forms",
            dependencies: ["Ringfort"],
            path: "Benchmarks/Forms",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ringfort-routes",
            dependencies: ["Ringfort"],
            path: "Benchmarks/Routes",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "ringfort-bench",
            dependencies: [
                "Bytes", "CAllocationCounter", "CLinux", "COpenSSL", "CSodium", "HTTPWire", "JSON", "JSONSchema",
                "RateLimiting", "Statistics", "TLSEngine", "TLSSupport", "TokenCache", "Tokens",
            ],
            path: "Benchmarks/Bench",
            swiftSettings: strict
        ),

        // Tests.
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        .target(
            name: "TestSupport",
            dependencies: ["CAllocationCounter", "CLinux", "SeededRandom"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "TLSSupport",
            dependencies: ["COpenSSL", "TLSEngine"],
            path: "Tests/TLSSupport",
            swiftSettings: strict
        ),
        tests("Bytes"),
        tests("HTTPWire", ["Bytes"]),
        tests("Identity", ["Bytes", "SQLite"]),
        tests("JSON", ["Bytes"]),
        tests("JSONSchema", ["Bytes", "JSON"]),
        tests("KeyFetching", ["COpenSSL", "TLSSupport"]),
        tests("RateLimiting", ["Bytes", "CSodium"]),
        tests("Reactor", ["Bytes", "Ring", "SimulatedNetwork"]),
        tests("Ring", ["Bytes", "CLinux"]),
        tests(
            "Ringfort",
            [
                "Bytes", "CAllocationCounter", "CLinux", "HTTPWire", "Identity", "JSON", "JSONSchema", "KeyFetching",
                "RateLimiting", "Reactor", "RingfortTesting", "SimulatedNetwork", "TLSEngine", "TLSSupport",
                "TokenCache", "Tokens",
            ]
        ),
        tests("RingfortTesting", ["Ringfort"]),
        tests("RingfortCLI", ["Bytes", "Identity", "JSON", "Reactor", "Ringfort", "SQLite", "Tokens", "YAML"]),
        tests("SQLite", ["Bytes", "CLinux"]),
        tests("Statistics"),
        .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"], swiftSettings: strict),
        tests("TLSEngine", ["Bytes", "COpenSSL", "TLSSupport"]),
        tests("TokenCache", ["Bytes", "Tokens"]),
        tests("Tokens", ["Bytes", "JSON"]),
        tests("YAML", ["Bytes"]),
    ]
)
