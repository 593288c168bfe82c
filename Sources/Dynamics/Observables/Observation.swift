import DynNumerics
import RealModule

/// One snapshot as the observables see it: what several of them need is computed once.
public final class Observation {
  /// The snapshot.
  public let snapshot: any Snapshot
  /// The number of the trajectory's row, from 0.
  public let row: Int
  private let predict: () -> LimitPrediction

  /// Looks at a snapshot; `prediction` is evaluated when an observable needs it.
  public init(
    _ snapshot: any Snapshot, row: Int = 0, prediction: @escaping () -> LimitPrediction
  ) {
    self.snapshot = snapshot
    self.row = row
    predict = prediction
  }

  /// Where the solver's trajectory goes.
  public var prediction: LimitPrediction { predict() }
  /// The problem.
  public var problem: Problem { snapshot.problem }
  /// The norms of the blocks, in the snapshot's scale.
  public private(set) lazy var norms = snapshot.norms()
  /// Loss and objective.
  public private(set) lazy var objective = snapshot.objective()
  /// Class means, prototypes and scatter.
  public private(set) lazy var geometry = snapshot.classGeometry()
  /// The full state.
  public private(set) lazy var state = snapshot.state()
  /// Cosines and distances of unit features to their unit prototypes (n each).
  public private(set) lazy var alignments = snapshot.alignments()
  /// What the classifier decides on every sample.
  public private(set) lazy var decisions = Decisions(snapshot)
  lazy var testDecisions = decideTests()
  lazy var spectra = measureSpectra()
  lazy var collapsed = makeCollapsedGrams()

  /// The features in a scale of their own.
  lazy var features = ScaledMatrix(state.state.features)

  /// A norm from its scaled form, of which a block's own scale may be a part; infinite where it
  /// overflows.
  public func norm(_ scaled: Double, ownScale: Double = 0) -> Double {
    ScaledNumber(value: scaled, logScale: snapshot.logScale + ownScale).relative(to: 0)
  }
}

/// What the classifier decides on every sample.
public struct Decisions: Sendable {
  /// The class with the largest logit; the first of equal ones (n).
  public let classes: [Int]
  /// The same where no other logit equals it; else nil (n).
  public let unique: [Int?]
  /// Whether the label's logit is larger than every other, or all logits of its set than those of
  /// other classes (n); empty where samples have no labels.
  public let isCorrect: [Bool]

  /// From centred logits and the bias; true logits are e^scale times the former plus the latter.
  init(_ snapshot: any Snapshot) {
    let (logits, scale) = snapshot.centredLogits()
    // The larger of both keeps its own scale.
    let bias = snapshot.bias().map { bias in bias.map { $0 * Double.exp(-max(scale, 0)) } }
    self.init(
      logits: logits, factor: bias == nil ? 1 : Double.exp(min(scale, 0)), bias: bias,
      snapshot.problem.labels)
  }

  private init(logits: Matrix, factor: Double, bias: [Double]?, _ labels: LabelOperator) {
    let count = logits.columns
    var best = [Double](repeating: -.infinity, count: count)
    var classes = [Int](repeating: 0, count: count)
    var isTied = [Bool](repeating: false, count: count)
    for label in 0..<logits.rows {
      let row = logits.elements.span.extracting(logits.range(ofRow: label))
      let offset = bias?[label] ?? 0
      for sample in row.indices {
        let logit = factor * row[sample] + offset
        if logit > best[sample] {
          best[sample] = logit
          classes[sample] = label
          isTied[sample] = false
        } else if logit == best[sample] {
          isTied[sample] = true
        }
      }
    }
    self.classes = classes
    let unique = classes.indices.map { isTied[$0] ? nil : classes[$0] }
    self.unique = unique
    guard let answers = labels.targets.answers else {
      isCorrect = []
      return
    }
    isCorrect = labels.partition.sortedLabels.enumerated().map { sample, group in
      let answer = answers[group]
      guard answer.count > 1 else { return unique[sample] == answer[0] }
      func logit(_ label: Int) -> Double { factor * logits[label, sample] + (bias?[label] ?? 0) }
      let others = (0..<logits.rows).filter { !answer.contains($0) }
      return answer.map(logit).min() ?? 0 > others.map(logit).max() ?? -.infinity
    }
  }
}

extension Array where Element == Bool {
  /// The share of true entries.
  var share: Double { Double(count { $0 }) / Double(count) }
}
