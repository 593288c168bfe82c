import RealModule

/// How scenarios give a positive multiplier a class.
enum ClassMultipliers {
  static let summary =
    "multipliers: a list, one a majority and one a minority class, or a power of the class size"

  static let shape = Shape.either([
    .list(of: .number(.positive), minimumCount: 2),
    .object([
      .optional("majority", .number(.positive), "multiplier of the majority classes"),
      .optional("minority", .number(.positive), "multiplier of the minority classes"),
      .optional("power", .number(.any), "g: multipliers n_c^g, scaled to sum C"),
    ]),
  ])

  /// The multipliers at a key for classes of given sizes (C).
  ///
  /// - Throws: `Fault` for a list of another length, an object that says both or half, and powers
  ///   that leave the range of a double.
  static func values(
    _ fields: Fields, _ key: String, classSizes: [Double]
  ) throws(Fault) -> [Double] {
    guard case .object? = fields[key] else {
      return try ClassList.values(fields, key, "multipliers", classSizes: classSizes)
    }
    let own = fields.fields(key)
    guard own.has("power") else {
      return try ClassList.byGroup(own, key, classSizes: classSizes)
    }
    guard own.keys.count == 1 else {
      throw Fault(key, "a power stands alone: give power, or majority and minority")
    }
    let power = try own.number("power")
    let logs = classSizes.map { power * Double.log($0) }
    let highest = logs.max() ?? 0
    let powers = logs.map { Double.exp($0 - highest) }
    let total = powers.reduce(0, +)
    guard powers.allSatisfy({ $0 > 0 }) else {
      throw Fault(key, "a power of \(Value.text(power)) underflows: give a smaller one")
    }
    return powers.map { Double(classSizes.count) * $0 / total }
  }
}

/// How scenarios give an additive offset a class.
enum ClassOffsets {
  static let summary = "offsets: a list, or one a majority and one a minority class"

  static let shape = Shape.either([
    .list(of: .number(.any), minimumCount: 2),
    .object([
      .required("majority", .number(.any), "offset of the majority classes"),
      .required("minority", .number(.any), "offset of the minority classes"),
    ]),
  ])

  /// The offsets at a key for classes of given sizes (C).
  ///
  /// - Throws: `Fault` for a list of another length.
  static func values(
    _ fields: Fields, _ key: String, classSizes: [Double]
  ) throws(Fault) -> [Double] {
    guard case .object? = fields[key] else {
      return try ClassList.values(fields, key, "offsets", classSizes: classSizes)
    }
    return try ClassList.byGroup(fields.fields(key), key, classSizes: classSizes)
  }
}

/// A number a class, listed or by group.
private enum ClassList {
  static func values(
    _ fields: Fields, _ key: String, _ noun: String, classSizes: [Double]
  ) throws(Fault) -> [Double] {
    let values = fields.numbers(key)
    guard values.count == classSizes.count else {
      throw Fault(
        key, "\(values.count) \(noun) for \(classSizes.count) classes: give one a class")
    }
    return values
  }

  static func byGroup(
    _ own: Fields, _ key: String, classSizes: [Double]
  ) throws(Fault) -> [Double] {
    guard own.has("majority"), own.has("minority") else {
      throw Fault(key, "give majority and minority both")
    }
    let (majority, minority) = (try own.number("majority"), try own.number("minority"))
    return ClassGroups(sizes: classSizes).isMajority.map { $0 ? majority : minority }
  }
}
