import DynNumerics

/// A geometry with the question that it answers, and beside a ridge geometry its limit.
public struct GeometryAnswer: Sendable {
  /// The question.
  public let question: PredictedGeometry
  /// The answer.
  public let geometry: CollapsedGeometry
  /// The limit as weight decay vanishes, for the ridge geometries that approach it.
  public let maxMargin: CollapsedGeometry?

  /// Finds the answer.
  ///
  /// - Throws: `Fault` where there is none in closed form.
  public init(_ question: PredictedGeometry) throws(Fault) {
    self.question = question
    let geometry = try question.solution()
    self.geometry = geometry
    guard geometry.margin == nil else {
      maxMargin = nil
      return
    }
    maxMargin = (question.loss as? any VanishingLoss).flatMap {
      try? MaxMarginGeometry(loss: $0, sizes: question.sizes).solution()
    }
  }

  /// What kind of closed form this is, in words.
  public var summary: String {
    if question.loss.isSquaredError { return "global minimiser of squared error" }
    return geometry.margin == nil ? "ridge geometry" : "max-margin geometry"
  }

  var prototypes: GroupGeometry {
    GroupGeometry(gram: geometry.gramPrototypes, groups: question.groups)
  }

  var classMeans: GroupGeometry {
    GroupGeometry(gram: geometry.gramClassMeans, groups: question.groups)
  }

  /// The mean cosine of prototype and class mean over some classes.
  func alignment(of classes: [Int]) -> Double {
    classes.map { label in
      geometry.logits[label, label]
        / (geometry.gramPrototypes[label, label].squareRoot()
          * geometry.gramClassMeans[label, label].squareRoot())
    }.mean
  }

  func distanceToMaxMargin(_ part: (CollapsedGeometry) -> Matrix) -> Double {
    maxMargin.map { part(geometry).normalizedDistance(to: part($0)) } ?? .nan
  }
}
