import DynNumerics
import Dynamics
public import NumpyFiles

/// Geometries as a NumPy archive: `gram_prototypes`, `gram_class_means` and `logits` (C x C),
/// `singular_values`, `class_sizes`, and `bias` where there is one. Members of a sweep have
/// `<index>/` before these names, beside one array of values a swept key.
public enum GeometryStates {
  /// The archive.
  ///
  /// - Throws: `NumpyFileError` when an array cannot be encoded.
  public static func bytes(_ report: GeometryReport) throws(NumpyFileError) -> [UInt8] {
    var arrays: [(name: String, array: NumpyArray)] = []
    for (index, member) in report.members.enumerated() {
      let prefix = report.keys.isEmpty ? "" : "\(index)/"
      arrays += self.arrays(member.answer).map { (prefix + $0.name, $0.array) }
    }
    for (position, key) in report.keys.enumerated() {
      arrays.append((key, NumpyArray(report.members.map { $0.assignments[position].value })))
    }
    return try NumpyFiles.encode(arrays)
  }

  private static func arrays(
    _ answer: GeometryAnswer
  ) -> [(name: String, array: NumpyArray)] {
    let geometry = answer.geometry
    let sizes = answer.question.sizes
    var arrays = [
      (name: "gram_prototypes", array: NumpyArray(geometry.gramPrototypes)),
      ("gram_class_means", NumpyArray(geometry.gramClassMeans)),
      ("logits", NumpyArray(geometry.logits)),
      (
        "singular_values",
        NumpyArray(shape: [geometry.singularValues.count], reals: geometry.singularValues)
      ),
      ("class_sizes", NumpyArray(shape: [sizes.count], integers: sizes.map(Int64.init))),
    ]
    if let bias = geometry.bias {
      arrays.append(("bias", NumpyArray(shape: [bias.count], reals: bias)))
    }
    return arrays
  }
}
