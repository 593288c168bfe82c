import Dynamics

/// Labels that a scenario gives, with the mistakes that people make with them.
struct GivenLabels {
  /// A class from 0 on for every sample.
  let labels: [Int]
  private let origin: String
  private let place: String

  /// - Parameters:
  ///   - place: where the scenario names them.
  ///   - classes: their number, where it is known.
  /// - Throws: `Fault` for a table, numbers that are no labels, and labels that begin with 1.
  init(_ array: GivenArray, at place: String, classes: Int?) throws(Fault) {
    self.place = place
    origin = array.isFromFile ? array.origin + ": " : ""
    if let reason = Self.shapeMistake(array) {
      throw Fault(place, origin + reason)
    }
    var labels: [Int] = []
    labels.reserveCapacity(array.numbers.count)
    for (sample, number) in array.numbers.enumerated() {
      guard let label = Int(exactly: number), label >= 0 else {
        let remedy =
          number.rounded() == number
          ? "labels are 0 to C - 1" : "labels are whole numbers, save them with astype(int)"
        throw Fault(
          place,
          "\(origin)label \(Value.text(number)) of sample \(sample) is not a whole number from 0 "
            + "on: \(remedy)")
      }
      labels.append(label)
    }
    self.labels = labels
    try checkStart(classes)
  }

  /// What is wrong with the array's shape; nil for a list with entries.
  private static func shapeMistake(_ array: GivenArray) -> String? {
    let shape = array.shape
    if shape.count == 1, !array.numbers.isEmpty { return nil }
    let what = "the array of shape \(array.shapeText) is no list of whole numbers, one a sample: "
    let isFromFile = array.isFromFile
    guard shape.count == 2, !array.numbers.isEmpty else { return what + "give such a list" }
    if shape.contains(1) {
      return what + (isFromFile ? "save it with reshape(-1)" : "leave the inner brackets out")
    }
    guard let axis = oneHotAxis(array) else { return what + "give such a list" }
    return
      "the array of shape \(array.shapeText) is one-hot, and labels are a list of whole numbers, "
      + "one a sample: "
      + (isFromFile ? "save it with argmax(axis=\(axis))" : "give the place of each 1")
  }

  /// The axis along which every line has a single 1 and else zeros; nil where there is none.
  private static func oneHotAxis(_ array: GivenArray) -> Int? {
    guard array.numbers.allSatisfy({ $0 == 0 || $0 == 1 }) else { return nil }
    let (rows, columns) = (array.shape[0], array.shape[1])
    var rowSums = [Double](repeating: 0, count: rows)
    var columnSums = [Double](repeating: 0, count: columns)
    for (index, number) in array.numbers.enumerated() {
      rowSums[index / columns] += number
      columnSums[index % columns] += number
    }
    if rowSums.allSatisfy({ $0 == 1 }) { return 1 }
    return columnSums.allSatisfy { $0 == 1 } ? 0 : nil
  }

  /// - Throws: `Fault` for labels 1 to C: without a 0, and with the number of classes as the largest
  ///   or, where that is not known, without a gap.
  private func checkStart(_ classes: Int?) throws(Fault) {
    guard let largest = labels.max(), let smallest = labels.min(), smallest > 0 else { return }
    let isFromOne =
      classes.map { $0 == largest } ?? (smallest == 1 && Set(labels).count == largest)
    guard isFromOne else { return }
    throw Fault(
      place,
      "\(origin)the labels run from \(smallest) to \(largest), and labels are 0 to C - 1: subtract 1"
    )
  }

  /// - Throws: `Fault` for classes without samples, of which the first few are named.
  func checkClasses(_ known: Int?) throws(Fault) {
    let present = Set(labels)
    let count = max(known ?? 0, (labels.max() ?? 0) + 1)
    guard present.count < count else { return }
    let named = Swift.min(count - present.count, 10)
    let missing = (0..<count).lazy.filter { !present.contains($0) }.prefix(named).map(String.init)
    let more = count - present.count - named
    let list = missing.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    let subject = named == 1 ? "class \(list) has" : "classes \(list) have"
    throw Fault(
      place,
      "\(origin)\(subject) no samples, and every class needs at least one: number the classes without "
        + "gaps, as numpy.unique(y, return_inverse=True)[1] does"
        + (known == nil ? "" : ", or give fewer classes"))
  }

  /// - Throws: `Fault` for another number of labels than of features.
  func checkCount(_ features: Int?) throws(Fault) {
    guard let features, features != labels.count else { return }
    throw Fault(
      place,
      "\(origin)there are \(labels.count) labels for \(features) features: give one a feature")
  }
}
