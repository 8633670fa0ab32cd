// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Notes",
    dependencies: [.package(name: "ringfort", path: "../..")],
    targets: [
        .target(name: "NotesAPI", dependencies: [.product(name: "Ringfort", package: "ringfort")]),
        .executableTarget(
            name: "notes", dependencies: ["NotesAPI", .product(name: "Ringfort", package: "ringfort")]),
        .testTarget(
            name: "NotesAPITests",
            dependencies: ["NotesAPI", .product(name: "RingfortTesting", package: "ringfort")]),
    ]
)
