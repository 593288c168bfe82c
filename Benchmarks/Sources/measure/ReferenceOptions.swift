import ArgumentParser
import DynNumerics
import Dynamics
import Foundation
import ReferenceProblem

/// Which reference problem: the same arguments as every peer takes.
struct ReferenceOptions: ParsableArguments {
  @Argument(help: "The folder of initial.f64 and reference.f64.") var folder: String
  @Argument(help: "C.") var classes: Int
  @Argument(help: "N.") var classSize: Int
  @Argument(help: "p.") var dimension: Int

  var size: ReferenceSize {
    ReferenceSize(classes: classes, classSize: classSize, dimension: dimension)
  }

  /// The problem, taken apart.
  func prepared(decays: Bool = true, threads: Int) throws -> PreparedProblem {
    let state = size.state(of: try read("initial"))
    return try PreparedProblem(try size.problem(from: state, decays: decays), threads: threads)
  }

  /// The largest difference of a state and the reference in units of the largest entry, and the
  /// relative norm of the difference.
  func errors(of state: State) throws -> (largest: Double, norm: Double) {
    let reference = size.state(of: try read("reference"))
    let difference = state - reference
    return (
      difference.largestEntry / reference.largestEntry, difference.norm / reference.norm
    )
  }

  private func read(_ name: String) throws -> [Double] {
    let url = URL(fileURLWithPath: folder).appendingPathComponent("\(name).f64")
    let numbers = try Data(contentsOf: url).withUnsafeBytes {
      Array($0.bindMemory(to: Double.self))
    }
    guard numbers.count == size.variables else {
      throw ValidationError("\(url.path) does not hold \(size.variables) numbers")
    }
    return numbers
  }
}

extension State {
  fileprivate var largestEntry: Double {
    (features.elements + prototypes.elements).reduce(0) { max($0, abs($1)) }
  }
}
