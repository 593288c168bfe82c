/// One thing that is wrong with a scenario: where, what, and what would be right.
public struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
  /// Place in the scenario, such as `solvers[1].method`; empty for the whole.
  public var path: String
  /// A sentence that names the value and what is allowed.
  public var message: String
  /// Whether the cause is an input file that is missing or unreadable, not the scenario itself.
  public var isUnreadableFile: Bool

  /// A fault at a place.
  public init(_ path: String, _ message: String, isUnreadableFile: Bool = false) {
    self.path = path
    self.message = message
    self.isUnreadableFile = isUnreadableFile
  }

  /// `path: message`.
  public var description: String { path.isEmpty ? message : "\(path): \(message)" }

  /// The same fault seen from an enclosing object or list.
  public func within(_ parent: String) -> Fault {
    var fault = self
    fault.path = Fault.join(parent, path)
    return fault
  }

  /// Puts a path inside another: `a` and `b` give `a.b`, `a` and `[0]` give `a[0]`.
  static func join(_ parent: String, _ child: String) -> String {
    if parent.isEmpty || child.isEmpty || child.hasPrefix("[") { return parent + child }
    return parent + "." + child
  }
}
