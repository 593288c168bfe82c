// swift-tools-version: 6.2

import PackageDescription

// A package of its own: building dyn neither fetches nor builds what only measurements need.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let dynamics: Target.Dependency = .product(name: "Dynamics", package: "dyn")

let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "dyn", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.31.0", traits: []),
  ],
  targets: [
    .target(name: "ReferenceProblem", dependencies: [dynamics], swiftSettings: strict),
    .executableTarget(
      name: "measure",
      dependencies: [
        "ReferenceProblem", dynamics,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Functions",
      dependencies: [
        "ReferenceProblem", dynamics, .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Functions",
      swiftSettings: strict,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ]
)
