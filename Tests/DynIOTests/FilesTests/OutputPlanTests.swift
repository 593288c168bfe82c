import DynIO
import Foundation
import Testing

/// Outputs are compared with inputs and each other as files.
@Suite struct OutputPlanTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try folder.put("{}", in: "a.json")
    try folder.put("other", in: "other")
    let manager = FileManager.default
    try manager.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: false)
    try manager.createSymbolicLink(
      atPath: folder.path("symbolic"), withDestinationPath: "a.json")
    try manager.linkItem(atPath: folder.path("a.json"), toPath: folder.path("hard"))
    try manager.createSymbolicLink(
      atPath: folder.path("folder"), withDestinationPath: folder.path)
    try manager.createSymbolicLink(
      atPath: folder.path("dangling"), withDestinationPath: "sub/new")
  }

  private func check(_ outputs: [String], inputs: [String]) throws(OutputPlan.Refusal) {
    try OutputPlan(outputs.map { .init(folder.path($0)) }, inputs: inputs.map(folder.path)).check()
  }

  @Test(arguments: [
    "a.json", "./a.json", "sub/../a.json", "symbolic", "hard", "folder/a.json", ".//a.json",
  ]) func refusesAnInputUnderAnySpelling(output: String) throws {
    let refusal = try #require(throws: OutputPlan.Refusal.self) {
      try check([output], inputs: ["other", "a.json"])
    }
    guard case .conflict(let sentence) = refusal else {
      Issue.record("\(refusal)")
      return
    }
    #expect(sentence.contains("is read by this run"))
  }

  @Test(arguments: [
    ("new", "./new"), ("new", "folder/new"), ("sub/new", "dangling"), ("other", "./other"),
    ("symbolic", "hard"),
  ]) func refusesOneFileForTwoOutputs(first: String, second: String) throws {
    let refusal = try #require(throws: OutputPlan.Refusal.self) {
      try check([first, second], inputs: [])
    }
    guard case .conflict(let sentence) = refusal else {
      Issue.record("\(refusal)")
      return
    }
    #expect(sentence.contains("written twice"))
  }

  @Test func acceptsDifferentFilesAndSharedDevices() throws {
    try check(["new", "sub/new", "other"], inputs: ["a.json"])
    try OutputPlan([.init("/dev/null"), .init("/dev/null")], inputs: ["/dev/null"]).check()
  }

  /// Only what a trajectory CSV begins with is taken for one of `dyn`.
  @Test(arguments: [
    ("solver,time,zeta_h,zeta_w,loss,relative_error\r\n", true),
    ("model.loss.gamma,solver,time,zeta_h,zeta_w,loss,relative_error\n", true),
    ("", false), ("id,name\n1,2\n", false), ("time,solver\n", false),
    ("x\nsolver,time,zeta_h,zeta_w,", false),
    ("mysolver,time,zeta_h,zeta_w,x\n", false),
  ]) func defaultNamesReplaceOnlyTrajectories(text: String, isReplaceable: Bool) throws {
    try folder.put(text, in: "run.csv")
    let path = folder.path("run.csv")
    if isReplaceable {
      try OutputPlan([.init(path, isNamed: false)], inputs: []).check()
    } else {
      let refusal = try #require(throws: OutputPlan.Refusal.self) {
        try OutputPlan([.init(path, isNamed: false)], inputs: []).check()
      }
      guard case .unwritable(let error) = refusal else {
        Issue.record("\(refusal)")
        return
      }
      #expect(error.reason.contains("-o"))
    }
    try OutputPlan([.init(path)], inputs: []).check()
  }
}
