import Dynamics

/// Finds out whether features and prototypes of files have their samples and classes in rows or in
/// columns: from the scenario where it says so, else from the sizes, where only one way fits.
struct ArrayOrientations {
  let features: GivenArray?
  let prototypes: GivenArray?
  let sizes: KnownSizes

  /// Features and prototypes in columns, and what was found out.
  typealias Resolution = (features: GivenArray?, prototypes: GivenArray?, notes: [String])

  /// One way to read both arrays; nil for one that is not there or no table.
  private typealias Reading = (features: ArrayLayout?, prototypes: ArrayLayout?)

  /// - Throws: `Fault` for an array that fits no way, and for one that fits both.
  func resolved() throws(Fault) -> Resolution {
    guard [features, prototypes].contains(where: { $0.map { $0.axes != .columns } ?? false }) else {
      return (features, prototypes, [])
    }
    let fitting = options(features).flatMap { first in
      options(prototypes).map { Reading(features: first, prototypes: $0) }
    }.filter { misfit($0) == nil }
    guard let reading = fitting.first else { return try refused() }
    for table in Table.allCases {
      let layouts = fitting.map { table == .features ? $0.features : $0.prototypes }
      guard layouts.contains(where: { $0 != layouts[0] }) else { continue }
      throw fault(
        table,
        "\(shape(table)) fits as \(table.axes(.rows)) and as \(table.axes(.columns)): "
          + "give \"layout\": \"rows\" or \"layout\": \"columns\"")
    }
    return (
      reading.features.flatMap { features?.inColumns(from: $0) } ?? features,
      reading.prototypes.flatMap { prototypes?.inColumns(from: $0) } ?? prototypes,
      notes(reading)
    )
  }

  /// The ways in which an array may be read.
  private func options(_ array: GivenArray?) -> [ArrayLayout?] {
    guard let array, array.shape.count == 2 else { return [nil] }
    switch array.axes {
    case .columns: return [.columns]
    case .layout(let layout): return [layout]
    case .open: return [.columns, .rows]
    }
  }

  private func notes(_ reading: Reading) -> [String] {
    [(Table.features, reading.features), (.prototypes, reading.prototypes)].compactMap {
      table, layout in
      guard let array = array(table), array.axes == .open, layout == .rows else { return nil }
      return "\(table.path): taken as rows (\(table.axes(.rows)) = "
        + "\(array.shape[0]) x \(array.shape[1]))"
    }
  }
}

extension ArrayOrientations {
  /// One of the two arrays.
  private enum Table: CaseIterable {
    case features, prototypes

    var path: String { self == .features ? "initial_state.features" : "initial_state.prototypes" }

    func axes(_ layout: ArrayLayout) -> String {
      let count = self == .features ? "N" : "C"
      return layout == .rows ? "\(count) x p" : "p x \(count)"
    }
  }

  private func array(_ table: Table) -> GivenArray? {
    table == .features ? features : prototypes
  }

  private func shape(_ table: Table) -> String {
    "the array of shape \(array(table)?.shapeText ?? "")"
  }

  private func fault(_ table: Table, _ message: String) -> Fault {
    Fault(table.path, "\(array(table)?.origin ?? ""): \(message)")
  }

  /// Nothing fits: which array is to blame, and why. An array whose axes are fixed by the format is
  /// left to the checks of sizes.
  private func refused() throws(Fault) -> Resolution {
    for table in Table.allCases {
      let options = options(array(table)).compactMap { $0 }
      let misfits = options.map { misfit(alone(table, $0)) }
      guard !options.isEmpty, misfits.allSatisfy({ $0 != nil }) else { continue }
      return try refused(table, zip(options, misfits).map { ($0, $1 ?? "") }, nil)
    }
    // Each fits by itself: they do not fit together.
    let first = options(features).first { misfit((features: $0, prototypes: nil)) == nil } ?? nil
    let misfits = options(prototypes).compactMap { $0 }.map { layout in
      (layout, misfit((features: first, prototypes: layout)) ?? "")
    }
    return try refused(.prototypes, misfits, features?.shapeText)
  }

  private func alone(_ table: Table, _ layout: ArrayLayout) -> Reading {
    table == .features ? (features: layout, prototypes: nil) : (features: nil, prototypes: layout)
  }

  private func refused(
    _ table: Table, _ misfits: [(layout: ArrayLayout, reason: String)], _ others: String?
  ) throws(Fault) -> Resolution {
    guard array(table)?.axes != .columns else { return (features, prototypes, []) }
    let reasons = misfits.map { "as \($0.layout.rawValue) (\(table.axes($0.layout))) \($0.reason)" }
    let company = others.map { " beside features of shape \($0)" } ?? ""
    let how = misfits.count == 1 ? "does not fit" : "fits neither way"
    throw fault(
      table,
      "\(shape(table)) \(how)\(company): \(reasons.joined(separator: ", ")); make the sizes agree")
  }

  /// Why sizes contradict each other when the arrays are read in one way; nil when they do not.
  private func misfit(_ reading: Reading) -> String? {
    let features = sides(features, reading.features)
    let prototypes = sides(prototypes, reading.prototypes)
    for sides in [features, prototypes] {
      if let sides, let p = sizes.dimension, sides.p != p {
        return "p would be \(sides.p), but feature_dimension is \(p)"
      }
    }
    if let prototypes, let classes = sizes.classes, prototypes.count != classes {
      return "C would be \(prototypes.count), but \(sizes.classesSource) \(classes)"
    }
    if let features, let reason = countMisfit(features.count, prototypes?.count) { return reason }
    if let features, let prototypes, features.p != prototypes.p {
      return "p would be \(prototypes.p), but that of the features \(features.p)"
    }
    return nil
  }

  private func countMisfit(_ count: Int, _ prototypes: Int?) -> String? {
    let classes = sizes.classes ?? prototypes
    if let known = sizes.samples(classes: classes) {
      return Double(count) == known.count ? nil : "N would be \(count), but \(known.source)"
    }
    guard let classes, classes > 0, !count.isMultiple(of: classes) else { return nil }
    return "N would be \(count), no multiple of the \(classes) classes"
  }

  /// The length of the features' axis, and that of the other, in one way to read an array.
  private func sides(_ array: GivenArray?, _ layout: ArrayLayout?) -> (p: Int, count: Int)? {
    guard let array, let layout else { return nil }
    return layout == .rows
      ? (p: array.shape[1], count: array.shape[0]) : (p: array.shape[0], count: array.shape[1])
  }
}
