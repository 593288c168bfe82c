import Testing

@testable import DynIO

/// How many lines are told apart.
@Suite struct LegendTests {
  private func figure(members: Int, solvers: [String] = ["closed_form"]) -> Figure {
    let series = (0..<members).flatMap { member in
      solvers.map {
        TrajectoryTable.Series(
          sweepValues: ["\(member)"], solver: $0, times: [0, 1], values: [[1, Double(member)]])
      }
    }
    return Figure(
      TrajectoryTable(sweepKeys: ["model.loss.gamma"], observables: ["loss"], series: series),
      title: "", only: [])
  }

  @Test(arguments: [1, 8, 12, 13, 24, 25, 40, 100]) func noTwoLinesLookAlike(count: Int) {
    let palette = FigurePalette(count: count)
    let looks = (0..<count).map { "\(palette.color($0)) \(palette.dash($0))" }
    #expect(Set(looks).count == count)
    #expect(looks.allSatisfy { $0.firstMatch(of: /^#[0-9A-F]{6} [1-5]$/) != nil })
  }

  @Test(arguments: 0...200) func aSelectionHasBothEndsAndEqualSteps(count: Int) throws {
    for limit in 2...20 {
      let indices = Selection(of: count, atMost: limit).indices
      #expect(indices.count == Set(indices).count && indices.count <= limit)
      guard count > 0 else { continue }
      #expect(indices.first == 0 && indices.last == count - 1)
      #expect(count > limit || indices.count == count)
      let steps = zip(indices, indices.dropFirst()).map { $1 - $0 }
      #expect(Set(steps.dropLast()).count <= 1)
      #expect(steps.dropLast().allSatisfy { $0 >= steps.last ?? 0 })
    }
  }

  @Test func whatIsNotListedIsCounted() {
    #expect(Selection(of: 10, atMost: 10).note("members") == nil)
    #expect(
      Selection(of: 41, atMost: 11).note("members") == "41 members: every 4th is listed")
    #expect(
      Selection(of: 40, atMost: 11).note("members")
        == "40 members: every 4th is listed")
    #expect(Selection(of: 30, atMost: 16).note("x")?.contains("2nd") == true)
    #expect(Selection(of: 110, atMost: 11).note("x")?.contains("11th") == true)
  }

  /// The cell holds fifteen entries below each other.
  @Test(arguments: [2, 12, 14, 15, 16, 30, 100, 5000], [1, 2, 9, 40])
  func theLegendFitsItsCell(members: Int, solvers: Int) throws {
    let names = ["closed_form"] + (1..<solvers).map { "ode\($0)" }
    guard members * solvers <= 20_000 else { return }
    let lines = try Legend(figure(members: members, solvers: names)).lines()
    let entries = try #require(lines.last).split(separator: "title").count - 1
    #expect((2...15).contains(entries))
    if members * solvers <= Figure.lineLimit, members > 15 {
      #expect(lines.last?.contains("\(members) members: every") == true)
    }
  }

  @Test func tooManyLinesAreThinnedEvenly() {
    let figure = figure(members: 3000, solvers: ["closed_form", "ode"])
    #expect((1000...Figure.lineLimit).contains(figure.lines.count))
    #expect(figure.lines.first?.label == "γ = 0, closed_form")
    #expect(figure.lines.last?.label == "γ = 2999, ode")
    #expect(figure.notes == ["\(figure.lines.count) of 6000 lines are drawn"])
  }

  @Test func aTerminalHasALetterALine() {
    let few = TerminalScript(figure: figure(members: 6))
    #expect(few.legend.isEmpty)
    let many = TerminalScript(figure: figure(members: 20)).legend
    #expect(many.contains("A γ = 0 ") && many.contains("T γ = 19\n"))
    #expect(many.split(separator: "\n").allSatisfy { $0.count <= 100 })
    let tooMany = TerminalScript(figure: figure(members: 27)).legend
    #expect(tooMany.contains("of 27 lines are left out"))
    #expect(tooMany.contains("γ = 26"))
  }
}
