// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]
/// Tests re-export nothing, so they need not say which imports are public.
let strictForTests: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]
let strictAndCFacing: [SwiftSetting] = strict + [.strictMemorySafety()]

let package = Package(
  name: "dyn",
  products: [
    .library(name: "Dynamics", targets: ["Dynamics", "DynNumerics"]),
    .executable(name: "dyn", targets: ["dyn"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev", "libopenblas-dev"])]),
    .systemLibrary(name: "CZip", providers: [.apt(["libzip-dev"])]),
    .target(name: "CKernels"),
    .target(name: "CProcess"),
    .target(name: "CAllocation"),
    // Only in the executable: a library does not replace its host's allocator.
    .target(name: "CAllocator", dependencies: ["CAllocation"]),
    .target(name: "DynText", swiftSettings: strict),
    .target(
      name: "DynNumerics", dependencies: ["CAllocation", "CGSL", "CKernels"],
      swiftSettings: strictAndCFacing),
    .target(
      name: "NumpyFiles", dependencies: ["CZip", "DynText"], swiftSettings: strictAndCFacing),
    .target(
      name: "Dynamics",
      dependencies: [
        "DynNumerics", "DynText", .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "DynIO",
      dependencies: [
        "CProcess", "Dynamics", "DynNumerics", "DynText", "NumpyFiles",
        .product(name: "RealModule", package: "swift-numerics"),
      ],
      swiftSettings: strict),
    .target(
      name: "DynCommands",
      dependencies: [
        "DynIO", "Dynamics", "DynNumerics", "DynText", "NumpyFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "dyn", dependencies: ["CAllocator", "DynCommands"], swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Dynamics", "DynIO", "DynNumerics"],
      path: "Tests/TestSupport",
      swiftSettings: strictForTests),
    .testTarget(name: "DynTextTests", dependencies: ["DynText"], swiftSettings: strictForTests),
    .testTarget(
      name: "DynNumericsTests", dependencies: ["CGSL", "DynNumerics", "TestSupport"],
      swiftSettings: strictForTests),
    .testTarget(
      name: "ReferenceTests", dependencies: ["DynIO", "Dynamics", "DynNumerics", "TestSupport"],
      swiftSettings: strictForTests),
    .testTarget(
      name: "NumpyFilesTests", dependencies: ["NumpyFiles"], swiftSettings: strictForTests),
    .testTarget(
      name: "DynamicsTests", dependencies: ["Dynamics", "DynNumerics", "TestSupport"],
      swiftSettings: strictForTests),
    .testTarget(
      name: "DynIOTests", dependencies: ["DynIO", "Dynamics", "NumpyFiles", "TestSupport"],
      swiftSettings: strictForTests),
    .testTarget(
      name: "DynCommandsTests",
      dependencies: ["dyn", "DynCommands", "DynIO", "Dynamics", "NumpyFiles", "TestSupport"],
      swiftSettings: strictForTests),
  ]
)
