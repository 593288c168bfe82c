import DynText

/// All outputs of a run beside all of its inputs, checked before any work.
public struct OutputPlan {
  /// A file that will be written.
  public struct Output: Sendable {
    /// The path as it was given; `-` is standard output.
    public let path: String
    /// Whether the user named it; a default name never replaces somebody else's file.
    public let isNamed: Bool

    /// An output.
    public init(_ path: String, isNamed: Bool = true) {
      self.path = path
      self.isNamed = isNamed
    }
  }

  /// Why outputs are refused.
  public enum Refusal: Error, Sendable, Equatable {
    /// An output is an input, or two outputs are one file.
    case conflict(String)
    /// An output cannot be written.
    case unwritable(OutputError)
  }

  private let outputs: [Output]
  private let inputs: [String]

  /// A plan.
  ///
  /// - Parameters:
  ///   - outputs: every file that the run will write.
  ///   - inputs: every file that it reads, arrays included; `-` is standard input.
  public init(_ outputs: [Output], inputs: [String]) {
    self.outputs = outputs
    self.inputs = inputs
  }

  /// Compares what the paths lead to (device and inode), not how they are spelt.
  ///
  /// - Throws: `Refusal` for an output that is an input or another output, that cannot be written,
  ///   or that would replace by a default name a file that `dyn` did not write.
  public func check() throws(Refusal) {
    var taken: [FileIdentity: (path: String, isInput: Bool)] = [:]
    for input in inputs {
      if let identity = FileIdentity(input: input) { taken[identity] = (input, true) }
    }
    for output in outputs {
      guard let identity = FileIdentity(output: output.path) else { continue }
      if let other = taken.updateValue((output.path, false), forKey: identity) {
        throw .conflict(sentence(output.path, other))
      }
    }
    try checkWritable()
  }

  private func sentence(_ output: String, _ other: (path: String, isInput: Bool)) -> String {
    let name = "\"\(TerminalText.word(output))\""
    let otherName = output == other.path ? "" : " as \"\(TerminalText.word(other.path))\""
    return other.isInput
      ? "\(name) is read by this run\(otherName): give the output another name"
      : "\(name) would be written twice\(otherName.isEmpty ? "" : ", also\(otherName)"): "
        + "give each output a name of its own"
  }

  private func checkWritable() throws(Refusal) {
    for output in outputs {
      do throws(OutputError) {
        try OutputFile.checkWritable(output.path)
        if !output.isNamed { try OwnFile.checkReplaceable(output.path) }
      } catch {
        throw .unwritable(error)
      }
    }
  }
}
